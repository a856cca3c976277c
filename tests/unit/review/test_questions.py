"""What the questions of every review ask, and what they decide."""

from __future__ import annotations

from importlib.resources import files

import pytest

from hardwon.actions.detect import detect
from hardwon.markup.diffs import added_file
from hardwon.model.change import ChangedFile, ChangeSet
from hardwon.model.detector import DetectorRole
from hardwon.review.questions import SECRETS, find_credentials, read_questions
from hardwon.review.relevance import is_code

PAGE = read_questions((files("hardwon.review") / "questions.md").read_text(encoding="utf-8"))
VIOLATES, APPLIES = DetectorRole.VIOLATES, DetectorRole.APPLIES


def file(path: str, text: str) -> ChangedFile:
    return added_file(path, text)


def asked(path: str, text: str) -> list[tuple[str, DetectorRole, int]]:
    found = detect(ChangeSet("nothing", (file(path, text),)), PAGE.patterns)
    assert found.faults == found.unread == ()
    return sorted({(m.detector.pattern, m.detector.role, m.line) for m in found.matches})


def test_there_are_the_eight_questions_and_no_faults() -> None:
    assert [pattern.name for pattern in PAGE.patterns] == [
        "Input validation", "Injection", "Error handling", "Query efficiency", "Races", "Secrets",
        "Sensitive data in logs", "Response format",
    ]  # fmt: skip
    assert [fault for pattern in PAGE.patterns for fault in pattern.faults] == []
    assert all(pattern.detectors for pattern in PAGE.patterns)


@pytest.mark.parametrize(
    ("question", "path", "line"),
    [
        ("Injection", "a.py", 'cursor.execute(f"SELECT a FROM t WHERE b = {b}")'),
        ("Injection", "a.py", 'cursor.execute("SELECT a FROM t WHERE b = %s" % b)'),
        ("Injection", "a.py", 'db.execute("select a from t where b = " + b)'),
        ("Injection", "a.py", 'session.execute(text("delete from t where b = {}".format(b)))'),
        ("Injection", "a.py", "User.objects.raw(f\"SELECT * FROM u WHERE n = '{n}'\")"),
        ("Injection", "a.py", 'os.system(f"rm {name}")'),
        ("Injection", "a.py", 'subprocess.run("ls " + name, shell=True)'),
        ("Injection", "a.js", "db.query(`SELECT a FROM t WHERE b = ${b}`);"),
        ("Injection", "a.ts", 'await db.query("SELECT a FROM t WHERE b = " + b);'),
        ("Injection", "a.tsx", "prisma.$queryRawUnsafe(`SELECT ${a}`);"),
        ("Injection", "a.js", "exec(`ls ${name}`, done);"),
        ("Error handling", "a.py", "try:\n    run()\nexcept:\n    log()"),
        ("Error handling", "a.py", "try:\n    run()\nexcept Exception:\n    pass"),
        ("Error handling", "a.ts", "try { run(); } catch (error) {}"),
        ("Sensitive data in logs", "a.py", 'logger.info("login %s", password)'),
        ("Sensitive data in logs", "a.py", 'log.error("no login", user.password)'),
        ("Sensitive data in logs", "a.js", "console.log(user.accessToken);"),
        ("Sensitive data in logs", "a.ts", 'logger.warn({ password: form.password }, "x");'),
    ],
)
def test_decided_without_a_person(question: str, path: str, line: str) -> None:
    found = asked(path, f"{line}\n")
    assert question in {name for name, role, _ in found if role is VIOLATES}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", 'cursor.execute("SELECT a FROM t WHERE b = %s", (b,))'),
        ("a.py", 'cursor.execute(f"SELECT a FROM t")'),
        ("a.py", 'log.info(f"select {name} from the list")'),
        ("a.py", 'session.execute(text("DELETE FROM t WHERE b = :b"), {"b": b})'),
        ("a.py", 'subprocess.run(["ls", name])'),
        ("a.py", 'subprocess.run("make " + target)'),
        ("a.js", 'db.query("SELECT a FROM t WHERE b = $1", [b]);'),
        ("a.js", "db.query(sql`SELECT a FROM t WHERE b = ${b}`);"),
        ("a.js", "const found = pattern.exec(`a ${b}`);"),
        ("a.py", "try:\n    run()\nexcept ValueError:\n    pass"),
        ("a.py", "try:\n    run()\nexcept:\n    clean_up()\n    raise"),
        ("a.py", "try:\n    run()\nexcept Exception:\n    log()"),
        ("a.ts", "try { run(); } catch (error) { report(error); }"),
        ("a.py", 'logger.info("password changed for %s", user.id)'),
        ("a.py", "check(password)"),
        ("a.ts", 'logger.info("token refreshed", { id });'),
        ("a.py", '# cursor.execute(f"SELECT {a} FROM t")'),
    ],
)
def test_no_finding_where_it_is_right(path: str, line: str) -> None:
    assert [one for one in asked(path, f"{line}\n") if one[1] is VIOLATES] == []


@pytest.mark.parametrize(
    ("question", "path", "line"),
    [
        ("Input validation", "a.py", 'age = request.POST["age"]'),
        ("Input validation", "a.py", "event = json.loads(self.request.body)"),
        ("Input validation", "a.ts", "const { name } = req.body;"),
        ("Injection", "a.py", "value = eval(text)"),
        ("Injection", "a.py", 'rows = Order.objects.raw("SELECT 1")'),
        ("Injection", "a.js", "element.innerHTML = text;"),
        ("Error handling", "a.py", "try:\n    run()\nexcept ValueError as error:\n    log(error)"),
        ("Error handling", "a.js", "run().catch(report);"),
        ("Query efficiency", "a.py", "for n in names:\n    User.objects.get(name=n)"),
        ("Query efficiency", "a.py", "rows = [session.execute(q) for q in queries]"),
        ("Query efficiency", "a.py", "rows = Order.objects.all()"),
        ("Query efficiency", "a.ts", "for (const id of ids) { await repo.findById(id); }"),
        ("Query efficiency", "a.ts", "ids.map((id) => User.findOne({ where: { id } }));"),
        (
            "Races",
            "a.py",
            "if not User.objects.filter(n=n).exists():\n    User.create(n=n)",
        ),
        ("Races", "a.py", "def f(a):\n    a.count += 1\n    a.save()"),
        ("Races", "a.py", "await asyncio.gather(one(), two())"),
        ("Races", "a.js", "await Promise.all(jobs);"),
        ("Secrets", "a.py", 'API_KEY = os.environ["API_KEY"]'),
        ("Secrets", "a.ts", "const clientSecret = process.env.CLIENT_SECRET;"),
        ("Sensitive data in logs", "a.py", 'logger.info("sent", extra={"email": email})'),
        ("Response format", "a.py", 'return JsonResponse({"a": 1})'),
        ("Response format", "a.py", 'raise HTTPException(404, "gone")'),
        ("Response format", "a.js", "res.status(404).json({ message });"),
    ],
)
def test_asked_where_the_change_gives_cause(question: str, path: str, line: str) -> None:
    found = asked(path, f"{line}\n")
    assert question in {name for name, role, _ in found if role is APPLIES}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "# a comment about passwords, requests and queries\n"),
        ("a.py", "total = price * count\nnames = sorted(found)\n"),
        ("a.ts", "export const width = 12;\nconst area = (a: number) => a * width;\n"),
        ("a.css", "a { color: red; }\n"),
        ("a.py", "for order in Order.objects.filter(open=True):\n    send(order)\n"),
        ("a.py", "names = [o.name for o in Order.objects.filter(open=True)]\n"),
    ],
)
def test_nothing_is_asked_without_cause(path: str, text: str) -> None:
    assert asked(path, text) == []


def test_a_credential_is_named_and_not_shown() -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    (found,) = find_credentials([file("app/settings.py", f'DEBUG = True\nTOKEN = "{key}"\n')])
    assert (found.pattern, found.path, found.line) == (SECRETS, "app/settings.py", 2)
    assert key not in found.evidence
    assert key not in found.message
    assert "ghp_…" in found.message


@pytest.mark.parametrize(
    ("path", "is_it"),
    [
        ("shop/views.py", True), ("shop/tests/test_views.py", False), ("tests.py", False),
        ("src/cart.test.ts", False), ("src/cart.spec.ts", False), ("src/contest.ts", True),
        ("docs/guide.md", False), ("templates/list.html", True), ("db/schema.sql", True),
        ("src/__tests__/cart.ts", False), ("shop/latest/models.py", True),
    ],
)  # fmt: skip
def test_texts_and_tests_are_no_code_under_review(path: str, is_it: bool) -> None:
    assert is_code(path) is is_it

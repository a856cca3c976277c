"""How common a stem is in developers' notes: the weights with which texts are compared.

Fixed figures, so that two texts compare the same whatever else the memory holds; the order in
which notes are learned can then not change what is learned. Each stem stands under its weight,
ln(files / files that hold it), rounded down to halves; a stem that is not listed weighs `FULL`.

Source: evaluation/word_weights.py over 1,097 public Markdown files, 2026-11-21.
"""

from __future__ import annotations

FULL = 4.0

_TABLE = {
    0.5: """
    add chang check code context creat date descript document error file https md name need
    new path pattern requir run set status test type updat user work
    """,
    1.0: """
    accept across action agent api appli architectur base bash both build call case caus com
    command complet compon configur content core current data decis default depend design
    detail develop differ direct doc exampl execut exist fail failur featur find first fix
    follow format full function generat git github handl high id implement includ instead
    integr issu json keep key list log make manag model modul non note open option output pass
    per prevent problem process product project provid read refer relat request respons result
    return review root see servic sever singl skill sourc specif start state step structur
    support system tag task time titl tool use valid valu verifi version without workflow
    write
    """,
    1.5: """
    access activ actual against allow alreadi analysi app applic approach ask author auto
    autom automat avail avoid back behavior best between block bug cannot categori checklist
    class claud clear cli commit common config consid consist contain continu control correct
    count critic cross custom databas defin deploy detect dev directori done dure edit enabl
    end engin ensur environ exact expect explicit extern fals field flag flow found go group
    http hub identifi impact import improv inform initi input instal interact item last level
    limit line live load local logic look main maintain manual map markdown match mean medium
    memori messag method migrat miss mode multi multipl next none number object oper order org
    origin pars part perform phase pipelin plan platform point post pr practic prefer present
    prompt python qualiti queri question quick rather re real reason recommend record remov
    replac repo report resolut resolv resourc risk rout rule schema scope script search second
    section secur select separ server session setup share show skip solut src standard still
    store strategi string success summari target team templat text token track tri true ts two
    usag via vs want way wrong yaml
    """,
    2.0: """
    abov account addit address adr affect ai altern analyz anoth appear appropri approv
    argument around artifact assert assum async attempt audit auth authent aw await bad becom
    below better bodi boundari branch break built cach capabl captur catch ci clean client
    close cloud cluster collect comment compar compat complex compound comprehens condit
    confirm connect consequ const constraint consum contract convent copi cost cover coverag
    creation dashboard day db debug decid def definit delet describ determin dir doesn domain
    duplic edg effect either els email empti endpoint enforc entir entri env etc evalu even
    event everyth evid except experi explain export extens extract fallback fetch filter final
    focus forc form framework futur gap gate general get give goal good grep guard guid
    guidanc happen hard head header help hook host html ident imag immedi independ index
    infrastructur inject instanc instruct intent interfac internal invalid invok io isol job
    js know known label languag larg latest layer learn let librari link locat long loop low
    made mani mark matter max mechan merg metadata metric modifi monitor move nativ network
    node normal noth npm null observ optim os outcom overview packag page paramet permiss
    persist place plugin polici posit possibl pre preserv previous primari principl prioriti
    produc progress proper public publish pull purpos push py rate readi receiv reduc regress
    reject releas relev remain render repeat repositori rest retri right role rs runtim safe
    safeti save say scale scan secret self semant short side silent similar simpl sinc size
    small spec special specifi split sql stack stage stale statement stay stop storag style
    suggest surfac symptom sync tabl take technic term thing three timeout top total treat
    trigger ui understand unit url us util variabl verif view visibl wait warn web well
    whether window within worker written zero
    """,
    2.5: """
    act ad adapt advanc again alert align answer anthrop anti anyth ap append array assess
    assumpt attribut awar backend background balanc baselin basic batch benefit bound
    brainstorm brief broken bundl busi candid canon carri cd ce chain checkout choic choos
    chosen claim cleanup codebas codex column combin come communic compil complianc comput
    concept concern concret concurr confid conflict consider consol convers convert credenti
    criteria cursor dedic deep degrad determinist didn diff disabl discov discoveri dispatch
    display distinct distribut down draft drift driven drop ds due dynam earli easi echo
    effici effort emit en enough establish eval exceed exclud exit explor expos express extend
    face fall fast feat feedback forward frame free fresh fulli generic global googl grace
    graph green guidelin hand handler har hash health helper histori hit hold hour howev human
    ignor increas indic individu infer info init inlin insid inspect introduc investig invoc
    involv iter kind knowledg kubernet lack later launch lead leak least leav length less
    lifecycl like lint ll llm lock longer lower ls machin mainten master mcp measur meet
    mention min minim minut mix much navig nest offer often ok old one op orchestr organiz
    otherwis outsid overrid own parallel parent partial patch pend period person pick pin plus
    postgr potenti prefix print priorit privat procedur proceed profil properti propos protect
    protocol put queue rais rang raw reach react readm recent recoveri red ref refactor
    refresh reli reliabl remot repres research restor reus row sampl scenario schedul score
    send sensit sentenc serv sh shape shell shift ship sign signal signific site slow someth
    sort space stabl str stream strict sub subag submit succeed suit supersed switch syntax
    tell termin terraform think threshold ticket tier timelin timestamp togeth topic touch
    trace transform transit tree troubleshoot trust truth turn typescript uniqu unknown unless
    var violat visual watch whose word www yes yet
    """,
    3.0: """
    abl abort absent absolut abstract accumul accur achiev adjust admin adopt age aggreg alon
    alongsid ambigu analyt anchor annot area arg articl asset assign assist atom attach attack
    backlog backup backward bar begin behind benchmark beyond bind blob blog bool boolean
    broad brows browser bucket budget bump bun button bypass byte calcul caller cap capac care
    caught central challeng char charact checkpoint classif classifi click collabor color
    communiti comparison compos composit con confus consolid constant construct contact
    contribut coordin coupl cpu crash cycl dead declar defer delay deleg deliveri deprec depth
    deriv dict discuss disk distinguish docker doubl downstream drive driver durat earlier
    easier element embed encod encrypt enhanc enter entiti enumer equival es escal escap
    especi estim exclus exec exhaust expand expens expert expertis extra fact faster feel
    filenam fill fine finish fire fit fixtur flexibl folder fork foundat four frontend
    frontmatt further gateway gather genuin gh given glob goe govern ground grow guarante
    hardcod higher hint histor home idea incid incomplet inconsist increment inherit insert
    insight insuffici int intend interpret ip isn java javascript join judgment jwt kept
    keyword kill land latenc layout left legaci len lesson lib licens liter localhost logger
    login lookup lose loss lost lot mac major mandatori manifest marker materi meaning mem
    member meta middlewar minimum minor mismatch mitig mobil mock modern modernis month ms
    mutat namespac narrow natur near necessari negat neither net notic notif obvious occur odh
    older omit opportun opus other outlin overal overhead owner ownership pair param
    particular password past paste payload peer persona placehold plain pleas pm png pod poll
    pool port power predict prepar prerequisit preview prior privaci proactiv processor promis
    promot proof propag pros prose prove proven proxi pure quot rail ran rational readabl
    reader redirect refin reflect regardless regist registri regular rememb renam reproduc
    reset respect restart restrict retriev reusabl reveal revert rewrit robust rollback rotat
    round rubi runner sanit scalabl scratch sdk sequenc sequenti sha shown sibl signatur
    simplifi slack snapshot solv sonnet span spawn specialist stakehold standalon startup
    static stdout stori strip strong subject suffici summar sure synchron systemat tech
    technolog therefor third though thread throw tls tmp today todo trade traffic train
    transact transcript translat truncat tsx tune txt typic unavail unchang unnecessari unrel
    upgrad upload upstream ur usual ux vagu ve vector volum vulner week weight went whole wide
    win won workspac worth wrap wrapper xss yml yourself
    """,
    3.5: """
    abil academ accident accord accuraci advantag adversari aggress agnost agre aim algorithm
    alia alloc allowlist am amazon amount announc anyway arbitrari architect archiv aren arriv
    aspect associ asynchron asyncio attent autonom averag away azur backoff bare bear believ
    belong beta bin binari binder bit blank blind blocker book bot bottleneck box brand
    breakdown breaker broader buffer builder bulk came cancel card cascad cat catalog categor
    cdn certain certif changelog channel chart chat child chroma chunk circuit cite clarifi
    clariti claus clone cmd co collis compact complementari compress concis conclus consult
    contrast contributor cor correspond corrupt cr criterion cron cs csrf css curl cut cwd
    daili danger dataset dd deadlin debt decod dedup dedupl defect defens deliber deliv demand
    demonstr deni desir despit destin destruct detach devic diagnos diagnost diagram difficult
    dimens disciplin disclosur div diverg dns download downtim dream dri dump durabl easili
    ecc ecosystem editor elif elimin english enterpris enum equal essenti eventu ever evolut
    evolv excel exercis expans expir explan exponenti fabric factor feed fewer filesystem five
    flat float floor fold font forget frequent friend front fs fundament gain gemini gitignor
    got gov gpt grade gradual grafana grant granular great growth guardrail guess haiku
    handoff happi harden harder hcl headless healthi heavi heurist hidden hide hierarchi
    highest highlight hoc ide ideal idempot idl illustr immut implic implicit inc incorrect
    infinit ingest integ interest interval invari invent inventori invis jq jsonl jupyterhub
    kb kube lab lambda lang larger lazi legitim letter leverag lightweight linter linux lite
    lo man margin marketplac matrix maximum mb meant menu methodolog microsoft mid mileston
    mistak mkdir ml mm mo modif moment mybind nav newli nice nil nois notifi npx numer off
    offici onboard opendatahub opt orient orphan outag outdat overlap pagin pain panel paper
    paragraph parameter pariti parser parti partner paus pay payment pdf peopl perfect perman
    philosophi phrase pi piec pitfal pointer polish poor popul portabl postgresql preced
    precis pressur price primit privileg probabl probe prod program programmat prop provis ps
    puppet pytest qa ql quiet quota race random rank rb rbac reconcil recov recur recurs
    redhat redi reduct redund referenc regener regex region relationship remedi repli replica
    req res resili respond resum retain rev revers revis roadmap roll rollout router runbook
    sandbox satisfi scaffold scienc screen screenshot scroll secondari seem selector sent
    serial settl simpler simpli simul simultan situat slash sleep slide slug smaller smart
    smoke snippet socket soft softwar sole someon sometim speed spend spike sq ssl stabil stat
    stderr stub subprocess subscript subsequ substitut sum supabas suppli surviv suspici
    symlink synthesi tab tail taken tdd techniqu telemetri temp temporari testabl theme
    thorough throttl throughout tip toml took toward trail transport trend triag trim tupl
    twice ubuntu uk unauthor unclear undefin under unexpect unifi universal unus usernam uuid
    vari variant various verbos verdict vibe walk wast weak whatev whenev width wiki wire
    workload worktre world wors writer wrote xml year yyyi zone
    """,
}

WEIGHTS = {stem: weight for weight, stems in _TABLE.items() for stem in stems.split()}

"""Short and familiar forms of first names, and the names they stand for."""

from __future__ import annotations

_FORMS = """
    abigail abby gail; abraham abe; alan al; albert al bert; alexander alex alexandre sasha xander;
    alexandra alex sandra sasha; alfred alf fred; alice ali; amanda mandy; andrew andy drew;
    andreas andi; angela angie; anna ann anne annie; anthony tony; antonio toni; arthur art;
    barbara barb babs; benjamin ben benny; bernard bernie bernd; bernhard bernd; bertram bert;
    caroline carol carrie; catherine cathy cath kate katie; katherine kathy kate katie kat;
    katharina kathi kati; charles charlie chuck chas; charlotte charlie lottie; christian chris;
    christina chris tina; christine chris tina; christopher chris kit; christoph chris; clara klara;
    cynthia cindy; daniel dan danny; david dave davey; deborah deb debbie; dennis denny;
    dominic dom; dominik dom; donald don donny; dorothy dot dottie; douglas doug; edmund ed;
    edward ed eddie ted ned; eleanor ellie nell; elizabeth liz lizzie beth betty eliza lisa;
    elisabeth lisa liz sissi; emily em; emma em; eric rick; ernest ernie; eugene gene; evelyn eve;
    florian flo; frances fran; francis frank fran; francisco paco pancho; frank frankie;
    franz franzl; frederick fred freddie; friedrich fritz; gabriel gabe; gabriele gabi; gerald gerry;
    gerhard gerd; gertrude trudy; gregory greg; guillermo memo; harold harry hal; harriet hattie;
    heinrich heinz; henry harry hank; herbert herb; howard howie; ignacio nacho; isabel isa izzy;
    isabella bella isa; jacob jake; jakob jake; james jim jimmy jamie; jane jan; janet jan;
    jeffrey jeff; jennifer jen jenny; jeremy jerry; jessica jess jessie; joanna jo; johann hans;
    johannes hans hannes; john jack johnny jon; jonathan jon johnny nathan; jose pepe;
    joseph joe joey; josef sepp; joshua josh; judith judy; julia jule; katrina kat trina; kenneth ken;
    kimberly kim; konstantin kostya; lawrence larry; leonard len leo; leonardo leo; leslie les;
    lillian lily; louis lou; louise lou; lucas luke; lukas luke; luis lucho; manfred manni;
    manuel manu; manuela manu; margaret maggie meg peggy greta; margarete greta grete;
    maria mia; marjorie marge; martha marty; martin marty; mary molly polly; matthew matt;
    matthias matze; maximilian max; maxwell max; megan meg; melissa missy; michael mike mick mickey
    micha; michel mike; mikhail misha; mohammed mo mohamed muhammad mohammad; nancy nan;
    natalie nat; nathan nate; nathaniel nate nathan; nicholas nick nicky; nikolaus klaus niko;
    nicole nicky; oliver ollie olli; olivia liv; oscar ozzie; pamela pam; patricia pat patty tricia;
    patrick pat paddy; paul paulie; peter pete; philip phil; philipp phil; phillip phil;
    rachel rach; raymond ray; rebecca becky becca; regina gina; richard rick dick rich ricky;
    robert rob bob bobby robbie bert; roberto beto; rodney rod; roger rog; ronald ron ronnie;
    rosemary rose; russell russ; samantha sam; samuel sam sammy; sandra sandy; sarah sally;
    sebastian seb basti; sergei seryozha; sharon shari; sidney sid; sophia sophie; sophie sofie;
    stanley stan; stefan steffen; stephan steffen; stephanie steph; stefanie steffi; stephen steve;
    steven steve; susan sue susie; susanne susi; suzanne sue; sylvia silvia; terence terry;
    teresa terry tess; theresa terry tess; theodore ted theo; thomas tom tommy; timothy tim timmy;
    tobias tobi; ulrich uli; ursula uschi; valerie val; veronica ronnie; victor vic; victoria vicky
    tori; vincent vince; virginia ginny; vladimir vova; walter walt wally; wilhelm willi;
    william will bill billy willy liam; winston win; wolfgang wolf; yekaterina katya; zachary zach
"""

_STANDS_FOR: dict[str, frozenset[str]] = {}
for _line in _FORMS.split(";"):
    _names = _line.split()
    for _name in _names:
        _STANDS_FOR[_name] = _STANDS_FOR.get(_name, frozenset()) | {_names[0]}


def same_person(one: str, other: str) -> bool:
    """Whether two folded first names can be of one person: Bob and Robert, Bob and Rob."""
    return not _STANDS_FOR.get(one, _NONE).isdisjoint(_STANDS_FOR.get(other, _NONE))


_NONE: frozenset[str] = frozenset()

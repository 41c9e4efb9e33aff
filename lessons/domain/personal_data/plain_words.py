"""Capitalised words of police writing that are nobody's name, in lower case."""

from lessons.domain.personal_data.found import words
from lessons.domain.personal_data.name_words import DOUBTFUL_FIRST_NAMES, FIRST_NAMES, SURNAMES

_LITTLE = words("""
a about above after again against all almost along already also although always am among an and
another any anyone are around as asked at away back be because been before began being below best
better between both but by call called came can cannot could did do does doing done down during
each early either else end enough even every everyone few first five following for four found from
full further gave get give given go goes going good got great had half has have having he held her
here hers him his how however i if in instead into is it its just keep kept knew know known last
late later least left less let like little look made make many may maybe me mean meant met might
mine more most much must my near need needed neither never new next no nobody none nor not nothing
now of off often on once one only onto or other others our ours out over own part per perhaps
please put quite rather really said same saw say second see seen sent several shall she should
since six so some someone soon still such take taken tell ten than that the their them then there
these they thing think third this those though three through till to today together told tomorrow
too took toward towards two under until up upon us use used using very via was we well went were
what when where whether which while who whole whom whose why will with within without would yes yet
you your yours yn yr ac ar ei eu gan gyda mae nad nid oedd yng
""")
_CALENDAR = words("""
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december jan feb mar apr jun jul aug sep sept oct nov dec spring
summer autumn winter easter christmas ramadan eid diwali
""")
_POLICE = words("""
abstraction access acting action actions activity acpo act advice advisor adviser advocate afi afo
agency aid airwave alert alpha ambulance analysis analyst anpr anti app appeal approved april area
armed army arrest arrests arv asb asset assistance assistant assurance attack audit authority
authorised automatic award band bank barracks base basic batch bench best board body border borough
branch bravo brief briefing briefings bronze bulletin bureau cabinet cad call camera cameras
campaign capability capacity capture care case cases cat cell central centre certificate chair
chairs channel charge charity charlie check chief child children childrens chis church cid
circulation city civil class clinic close coast code college commander command commission
commissioner committee common community complaint complaints compliance conduct conference consent
constable constables constabulary contact control coordinator cord coroner corporate corps council
counter county course court courts crime crimestoppers crown custody cyber daily data database day
days deal debrief debriefs deconfliction default defence delta demand department deployment deputy
desk detail detective detectives detention device devices digital direct director directorate
disclosure disorder dispatch disruption district division divisional document documents dog
domestic door drone drug drugs duty east eastern echo economic education emergency england
enforcement english engagement entry environment equipment european evaluation evidence evidential
example exchange exercise exhibit exhibits exit expert exploitation express external family
february federation field file final finance financial finding findings fire firearm firearms firm
first flag fleet focus follow force forces foreign forensic forensics form format forum foundation
foxtrot fraud front gang gangs gateway general gold good governance government grade green ground
group groups growth guard guidance gun guns half handler handling handover harbour hate head health
heading help her herself heroin high his history holding home hospital hotel hour hours house
housing hub human identification illegal image immediate immigration improvement incident incidents
independent india industrial information initial innovation input inquest inquiry inspection
inspector inspectors inspectorate institute insurance integrated intelligence intel interview
interviews interim internal international intervention introduction investigation investigations
investigator investigators item job joint judge judicial juliet june justice juvenile keep key kilo
knife labour laboratory language law lawyer lead leader leadership learning legal lesson lessons
letter level liaison licence licensing life lima line lines link list live local log logistics long
lost low magistrate magistrates main major majesty's management manager managers manchester map
marine market master matter media medical meeting meetings member memorandum mental mentor
metropolitan military minister ministry minor minute minutes missing mission mobile mode modern
module money month movement multi museum mutual narrative national naval navy neighbourhood network
news night non north northern note notes notice notification november number numbers observation
office officer officers official offender offenders online open operation operational operations
opportunities opportunity order ordinance orders organisation organised oscar outcome outcomes
oversight owner pack page panel papa paper parade paramedic parcel parish park parking parliament
partner partners partnership partnerships patrol payment peer people period permit person personnel
phase phone physical pilot place plan planning plans platform plus point police policies policing
policy port positive post power pre prepare press pressure prevent prevention primary priority
prison prisoner prisoners private pro proactive probation problem procedure procedures process
processing product production profile professional programme project promising property prosecution
prosecutor protect protection protective protocol proud psychology public pursue quality quarter
quarterly quebec query question questions quick raid railway rapid rating reactive ready reality
receiving reception recommendation record records recovery recruitment red reference referral
referrals refuge regional register registration registry regulation regulations release relief
remand report reporting reports request rescue research reserve resolution resource resources
response restraint restricted result results retention review reviews revision rights risk risks
road roads role roles romeo room route royal rule rules safe safeguarding safer safety sale sales
sample scene schedule scheme school schools science scientific screen search searches searching
secondary secretary section sector secure security senior sensitive sergeant sergeants serious
service services session sexual sheet shift ship shop shops sierra signal silver site situation
skills slavery social society solicitor solicitors solution source south southern special
specialist specials spot squad staff stage standard standards state station statement statements
status step stop stopped storage store strand strategic strategy street strike structure student
study subject substance success suite summary superintendent superintendents supervision supervisor
supervisors supply support surge surveillance suspect suspects system systems tactical tactic
tactics talk tango target task tasking taskforce team teams technical technology template
territorial test theme third threat threats timeline title tool toolkit total town trace trade
trading traffic trafficking train training transfer transit transport travel treasury treatment
trial tribunal troop trust type uniform uniformed unit united units universal university unknown
update urban urgent user value van vehicle vehicles victim victims victor video view village
violence virtual visit visitor visits voluntary volunteer vulnerability vulnerable ward warrant
warrants watch water weapon weapons web week weekly weekend welfare west western whisky window
witness witnesses women woman work worker workers working workshop world writing wrong xray year
yearly years young youth zero zone zulu wellbeing attending attended leave sick secondment
interpreter interpreters translation loggist logs loggists proactively vetting hmicfrs hmic nca nca
rocu rart iopc cps soc ocg ocgs pcc iag mapps marac mappa misper nrm scpo tro poca pace ripa cpia
gdpr dpa foi foia hmp hmrc dvla dvsa dwp nhs ukvi bt btp glaa eirs cct cctv tv uk eu usa gps sim
imei vrm osint pdf usb apmis niche pnd pnc holmes red amber excel teams outlook microsoft windows
google apple android iphone samsung whatsapp facebook instagram snapchat tiktok telegram signal
twitter encrochat youtube paypal amazon uber bolt deliveroo airbnb audi bmw ford vauxhall
volkswagen toyota nissan mercedes honda renault peugeot fiat skoda seat volvo kia mini tesla aldi
lidl tesco asda barclays halifax lloyds hsbc natwest santander monzo revolut vodafone openid connect
hearing land rover range barnardo's barnardos
crest st clare's sarah's class cocaine cannabis spice ketamine crack heroin
""")
_PLACES = words("""
aberconwy aberystwyth abergele africa albania albanian american amlwch anglesey asian australia
avon bala bangor barmouth barry bath beaumaris bedfordshire belfast belgium bethesda birkenhead
birmingham blackpool bournemouth brighton bristol britain british buckinghamshire bulgaria
caernarfon caernarvon caerphilly calais cambridge cambridgeshire cardiff carmarthen ceredigion
cheshire china chinese cleveland clwyd coleg colwyn conwy cornwall coventry cumbria cymdeithas
cymraeg cymru cyngor deeside denbigh denbighshire derbyshire devon dolgellau dorset dover dublin
dutch dyfed edinburgh essex europe european exeter felixstowe ffestiniog flint flintshire france
french gatwick german germany glan glasgow gloucester gloucestershire gogledd greater gwasanaeth
gwent gwynedd hampshire harlech heathrow heddlu hertfordshire hertford holland holyhead holywell
hull humberside huddersfield india indian ireland irish italian italy kurdish lancashire leeds
leicester leicestershire lincolnshire lithuanian liverpool llan llanberis llandudno llanelli
llangefni llanrwst llangollen london london's luton manchester menai merseyside merthyr
middlesbrough milford mold moldova mon mostyn netherlands newcastle newport norfolk
northamptonshire northumbria northwich nottingham nottinghamshire oxford oxfordshire pakistan
pakistani pembroke plymouth polish poland porthmadog portsmouth portugal portuguese prestatyn
pwllheli queensferry rhondda rhuddlan rhyl romania romanian rotterdam runcorn russian ruthin
salford scotland scottish sealand shotton shrewsbury shropshire snowdonia somali somerset
southampton southport spain spanish staffordshire stockport suffolk surrey sussex swansea thames
tayside turkey turkish tywyn vietnam vietnamese wales warrington warwickshire welsh widnes wigan
wiltshire wirral wolverhampton worcestershire wrecsam wrexham ynys yorkshire eryri ysbyty ysgol
grwp ardal adran uned gorsaf tref sir stryd heol ffordd nant afon bae porth traeth pont maes mynydd
fawr bach uchaf isaf newydd goch wen ddu mawr llys parc canolfan gwersyll bryn coed cefn pen tan ty
""")
# Places that are just as often surnames: no name after "Chief Constable", a name after "DC".
_SURNAME_PLACES = words(
    """
    kent lancaster york derby preston bolton lincoln chester burton
    sheffield warwick durham stafford
    """
)

FORCE_PLACES = _PLACES | _SURNAME_PLACES
# A name that is also on a list below is believed where the sentence gives a reason.
NOT_NAMES = (_LITTLE | _CALENDAR | _POLICE | _PLACES) - (SURNAMES - words("parish victor"))
# After a first name these make a street, a ward or a firm of it.
NAMED_THINGS = words("""
road street avenue lane close drive way court place terrace gardens garden crescent grove row
square walk hill park mews rise view green hospital station school house centre college hotel arms
bridge dock docks ward infirmary pub inn club ltd limited plc llp trust foundation estate tower
wharf university church chapel academy stadium arena hall island lake law law's inquiry report
review day cup level team unit ambulance pier quay harbour bay foundry memorial farm wood woods
river valley zoo cottage cottages canal airport gate mine forest fashion races
line beach
""")
# First names that are as often a call sign, a faith, a country or a plant.
NOT_ALONE = words("""
alexandra amber charlie charlotte christian dean dewi duncan eve florence frances georgia gwyn
heather holly jack jasmine jasper jean jordan juliet kim lee leon lily lloyd max mike nana noor
oscar penny robin ross sana simba wyn
""")
LISTED_NAMES = FIRST_NAMES | DOUBTFUL_FIRST_NAMES | SURNAMES

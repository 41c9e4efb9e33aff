"""Word lists for the name finder, in lower case and without accents.

First names and surnames common in the United Kingdom across its communities.
"""

from lessons.domain.personal_data.found import words

# Safe alone: none is also an everyday word, a place or a month.
FIRST_NAMES = words("""
kasia gosia ania basia krzysiek wojtek bartosz bartek ishaan aarush vihaan rohaan shkodran
aamir aarav aaron abayomi abbas abdi abdirahman abdul abdullah abdullahi abdulrahman abebe abena
abigail abimbola abiodun abiola abrehet abukar achieng adaeze adam adaora ade adebayo adebola
adedayo adeel adekunle adelani adelina ademola adenike adeola aderonke adewale aditi aditya adjoa
adnan adrian adriana afolabi aftab afua afzal agim agnieszka agron ahlam ahmad ahmed ahmednur ahmet
aidan aiden aisha aiste aivars ajay akash akbar akhtar akinola akosua akua akwasi alan alana
alasdair albana albert alec aled alejandro aleksander alessandro alex alexander alexandra
alexandria alexandru alfie algirdas ali alice alina alison alistair aliyah alketa allan allison
alok altin alun alvaro amaka amal amanda amandeep amara amarjit amber amelia amina aminata amir
amira amirali amit ammar amrit amy anab anand ananya anatoly anca andrea andreea andrei andres
andrew andrius andrzej andy aneta aneurin angela angharad angie angus anil anila anita anjali ankit
ann anna annabel anne annette annie anthony antoine anton antonella antonia anuoluwapo anwar aoife
aparna aqeel aram arash arben archana archie ardeshir ardian ardit arif arjan arjun arkady armend
arnold aron arshad arshia arsim arta artan artem arthur artur arturas arun arwel arwyn asad asen
asha ashleigh ashley ashok asif asma atif attila audrey audrius avni avtar aweys ayaan ayesha aylin
ayo ayodeji ayodele ayokunle ayse ayub azad azhar aziz azra azubuike babajide babak babar babatope
babatunde bachan bahram bajram balazs balbir baljit balwinder bamidele bao baptiste baran barbara
barbora bardha barry basharat bashir bassam beata beatrice beatriz becky bedwyr behzad ben benjamin
benoit bereket berhane berivan bernadette bernard bert besim besmir besnik bestoon beth bethan
bethany betty beverley bhavna bianca bijan bilal billy biodun bisi blerim blerina blerta bobby
bogdan bogdana bogumil bohdan bolanle boris boyko bozena brandon branwen brenda brendan brian
bridget bronwen bryan bryony bujar bukola burak bushra busola cabdi cadi caitlin callum camelia
cameron camille carl carla carlos carly carol caroline carolyn carwyn catalin catarina catherine
cathy catrin catriona ceinwen celine cemal ceri cerys chandra chanel chantal chantelle charanjit
charles charlie charlotte chen cheryl chiamaka chiara chibueze chibuike chidi chidiebere chidinma
chidozie chigozie chijioke chika chinedu chinonso chioma chipo chirag chloe chris christian
christina christine christopher chukwudi chukwuemeka ciara ciaran cillian ciprian claire clare
claudiu cledwyn clifford clive codrut colin conall connor conor constantin cormac cosmin cosmina
costel courtney cristian cristina csaba cynthia czeslaw daciana dafydd dahir daljit damian damien
damilola damola daniel daniela danielle danish danny dapo dardan darija darius dariush dariusz
darren darshan dashne dave david davide davinder dawid dawit dawood dean debbie deborah debra
declan deepak deepika deeqa deiniol deividas dejen delroy delyth demi denise deniz dennis denys
derek desislava desmond dev devika devonte dewi diana diane didier diego dilan dilraj dilshad
dilwyn dimitar dinesh divya diyar dmitri dmitry doina domas dominic donald donika donna doreen
dorel dorin dorota dorothy doug douglas dragan dritan driton duarte dumitru duncan dylan eamon
ebele ebony ebru ebuka ece eddie edgaras edith edmond edon edward edwin efe efua egle ehsan eifion
eileen eilidh eirian eirlys ejaz ekene ekow elaine elda eleanor elena eleri elfed elham elif elin
elira elizabeth ella ellen ellie elliot elliott elsie elvis elwyn elzbieta emeka emeke emil
emiljano emily emine emlyn emma emre emrys emyr endaf endri endrit engin eniola enkeleda enrique
enzo eoin erdem ergys eric erica erin erion erkan ermal ermias ervin eryl esi esmeralda esosa
esteban eszter ethan etienne euan eugen eugene evan eve evelyn ewa ewan fabien fabjan faduma fadumo
fahad faheem faisal faiza faizan farah farai farhad farhan farhiya fariba farid faris farooq
farrukh farshad farshid farzad farzana fatih fatima fatimah fation fatjon fatma fatmir fatou fauzia
femi ferenc fergal ferhat fernanda fernando ffion filmon finn fiona fionnuala fisnik fjolla flamur
florence florent florentina florian florin flutura folake folarin foluke fozia frances francesca
francis francisco francois fred freddie frederick freya fuad funmi gabor gabriel gabriela gaetan
gagandeep gail galina gamze ganesh garad gareth gary gaurav gavin gaz gbenga gbolahan geeta gemma
gentian geoff geoffrey george georgi georgia georgina geraint gerald gerallt gerard gerti gethin
gezim ghassan ghazala gheorghe ghulam gianluca gica giedrius gillian gina gintaras giorgio giovanni
girish gita giuseppe gjergj gjon gladys glenn glenys gokhan golnaz goncalo gonzalo goran gordon
goronwy graeme graham grainne grazyna greg gregory gresa gruffydd grzegorz guillaume guillermo
gulay guled gulzar guntis gurdeep gurmeet gurmit gurpreet gursharan gurvinder guto gwen gwenan
gwenllian gwilym gwyn gwyneth gwynfor gzim habib habiba hadi hafsa hagos haider haile haitham hakan
halina hamed hameed hamid hamish hammad hamza hana hanif hannah harbhajan hardeep harinder harish
harjit harmeet haroon harpreet harriet harrison harry harvey hasan hashim hassan hawre hayley
heather hector hefin heidi heledd helen hema henry henryk heulwen hezhar hibo hieu hilary hisham
hitesh hiwa hoang hodan hodo holly hooman horia hossein howard hristo hugh hugo humaira hung huong
huseyin hussain hussein huw huy hysen hywel iain ian ibrahim ibukun idil idowu idris iestyn ieuan
ifan ifeanyi ifeoluwa ifeoma ifor ifrah ifrax ignacio ignas igor ijaz ijeoma ikechukwu ikenna ikram
ildiko ileana ilhan ilie ilir ilirjana ilker illtyd ilyas imogen imran imtiaz inam inderjit indrit
inga ioan ioana iolo ion ionela ionut iorwerth iqra irena irene irfan irina iryna isaac isabel
isabella isabelle ishfaq isla ismahan ismail israr istvan iulia iulian ivan ivaylo iwan iwona iyabo
jabeen jacek jack jackie jacob jacqueline jacques jafar jagdeep jagtar jahanara jahangir jaime jake
jakub jama jamal jameel james jamie jan jane janet janice janis janusz jared jaroslava jaroslaw
jasbir jasmeet jasmine jason jasper jaspreet jaswinder jatin jatinder javed javid javier jaya
jayden jayesh jean jeff jeffrey jennifer jenny jeremy jermaine jerzy jess jessica jessie jill jim
jimmy jing jiri jo joan joanna joanne joao joaquim jodie joe joel joginder john johnny jolanta jon
jonas jonathan jordan jorge jose joseph josephine josh joshua joyce jozef juan judith julia julian
juliana julie juliet juljan junaid june juozas juraj jurgita juris justine jyoti kabir kacper
kadeem kadhim kagiso kailash kaleem kalin kalpana kaltrina kaltun kamaljit kamau kamil kamran
kamrul karamjit karan kareem karen karim karl karolina karrar kartik karwan kashif kastriot
katarzyna kate kateryna katherine kathleen kathryn kathy katie katy kausar kaveh kavita kawa kayden
kayleigh kayode kazimierz kehinde keira keiron keith kejsi kelechi kelly kelsey kelvin kemal kemi
ken kenneth kenny kerem kerry kestutis ketan kev kevin khadar khadija khalid khalida khurram
kiarash kidane kiera kieran kim kimberley kimete kipchoge kiran kiril kirpal kirsten kirstie kirsty
kishan klaudio kledi klodian kofi kojo konstantin kosar kowsar krasimir kreshnik krishna kristjan
krystyna krzysztof kujtim kuldeep kulwinder kunle kwabena kwadwo kwaku kwame kwasi kwesi kyle kyran
ladan laima laith lakhbir lakshmi laleh lalit lamar lamin lan lanre laszlo latoya laura lauren
laurent laurentiu lavinia lawrence layla leah leanne ledion ledjan lee lenuta leo leon leona
leonard leonor lerato leroy lesley leslie lewis leyla liam liaqat liban lillian lily linas linda
lindita lindiwe lindsay lindsey linh liridon lirim lisa liviu liz llew llinos lloyd llyr llywelyn
logan long lorenzo lorna lorraine louis louise lowri luan luc luca lucas lucia lucian lucy ludmila
luigi luis lukasz luke luljeta lulzim luminita luqman lydia lynn lynne lynsey lyubomir maame mabli
maciej macsen madalina maddie madeleine madhu maeve magda magdalena maggie mahad mahdi mahesh
mahmood mahmoud mahsa mairwen majid majlinda makena maksym malcolm malgorzata malkit mamadou
mandeep mandy maninder manish manjit manmohan manoj manon manpreet mansoor mantas manuel manuela
maqsood marc marcel marcin marco marcus marek margaret marged maria mariam marian mariana marie
marilyn marin marinela mario marion maris marisol marius mariusz marjorie marketa maroof marsel
marta martin martyn mary maryam masood masoud massimo mateusz mathew mathieu mathilde matilda matt
matteo matthew maureen maurice max maxamed mayowa mayur mazen mckenzie mebrahtu meena meera megan
mehari mehdi mehmet mehmood mehran mehul mehwish meilir meinir meirion melanie melissa menna
mererid merfyn merita mert mesut metin mhairi michael michal michelle mick miguel mihaela mihai
mike miklos milan milena mimoza mina mindaugas minh mircea mirela miroslaw mitesh mizanur modestas
modupe mohamed mohammad mohammed mohamoud mohamud mohan mohannad mohinder mohsin moinul mojisola
mojtaba mollie molly monica monika monir morag morteza mosharraf mpho mubashir mubeen mudassar
muhammad muhammed mukesh mulugeta mumtaz muna munir munther murat muriel murtaza musa musarrat
mushtaq mustafa mustapha muzaffar mwangi myfanwy mykola nabeel nabil nabila nadeem nadezhda nadia
nadine nadir naeem naila naledi nana nancy naomi narendra naresh narinder naseem nasir nasra
nasreen nasrin natalia natalie natasha nathalie nathan navdeep naveed naveeda navid navjot nawal
nawzad nazia nazir nazrul neelam neeraj neha neil nelu nerijus nertila nerys nexhmije ngoc ngozi
nguyen nia niall niamh nicholas nick nicky nicola nicolae nicole nicusor nigel nighat nikhil nikita
nikola nikolai nikolay nilesh nima nimco nimesh nina nirmala nisha nitin njoroge nkechi nkem nkiru
nnamdi nneka nnenna noah nomsa nonso noor norma norman nosheen nuno nuray nusrat nyambura nyasha
oana obinna octavian odhiambo odunayo ogechi oisin okan okechukwu oksana ola olabisi oladipo
olalekan olamide olanrewaju olayinka oleg oleksandr oleksii olena olga oliver olivia olivier ollie
olsi oluchi olufemi olukayode olumide oluwadamilare oluwafemi oluwaseun oluwatobi olwen omar omid
omolara ondrej onur orges orhan orla osama oscar osian osman otieno ousmane ovidiu owain owen
oyinkan ozan ozlem pablo padraig paige pam pamela pankaj paolo paramjit paresh parisa parminder
parmjit parveen parviz pascal patricia patrick paul paula pauline paulo pavandeep pavel pavol pawel
payam pedro peggy penelope penny pervez petar pete peter petrit petru peyman phil philip phillip
phoebe phuong phyllis pierre pinar piotr plamen pooja pouya prabhjot pradeep prakash pranav
prashant preeti priya przemyslaw qais qaiser qali qasim qemal quang quoc rabia rachael rachel
rachna radek radha radoslav radu rafael rafal rafiq rafiqul raheem rahel rahim rahul raj raja rajan
rajeev rajesh rajinder rajni rakesh ralph raluca ramesh rami ramunas rana ranjit rasha rashid raul
ravi ravinder rawand raymond razia razvan rebecca rebin rebwar redon reece reena reginald rehana
rehman rekha remi renas renata renato reuben rexhep reza rezarta rhian rhiannon rhodri rhydian rhys
riaz ricardo richard ricky rigers rimas rina rita ritesh riyad rizwan rizwana rob robbie robel
robert roberta robertas roberto robin robina rocio rod rodney rodrigo roger rohan rohit roisin
rojda rokas roland ron ronald ronnie rory rosario rosemary rosie rositsa ross rotimi roxana roy
roya rozafa rrahim ruba rubina rudo rui rukhsana rukiya rumbidzai rumen rupal rupinder ruslan
russell ruta ruth ryan ryszard saad saado sabiha sabir sachin sadaf sade sadia sadiq saeed safdar
safiya sagal sahar sahra saima saimir sajid sajida sajmir salah saleem salim sally salma salvatore
sam samaneh samantha samatar sameer samer sami samia samina samir samira samrawit samuel sana
sandeep sandra sanjana sanjay sanjeev santiago santosh saoirse saqib sara sarabjit sarah sarfraz
sarkawt sarwar satinder satnam satwant saulius saurabh savita sayed scott sean sebastian sedat
seema segun sekou selam selim semhar senait serdar sergei sergey sergio serkan serwaa seun seyi
shabana shabir shadi shafiq shafiul shaheen shahid shahida shahnaz shahram shakeel shakila shalini
shamim shamsul shane shanelle shanice shankar shannon sharif sharmarke sharon shaukat shaun shazia
sheetal sheila sher sherko shilpa shirin shirley shivani shkelzen shoaib shola shpend shpresa
shqiponja shreya shruti shukri shwan sian siavash siddharth sidra silvia silvio silviu simba simion
simon simona simran sinan sinead siobhan sioned sipho sirwan siwan skender slavi slawomir smita
sneha sobia sohail soheil sokol sonal sonia sophia sophie soran soraya sorin spartak srinivas
stacey stan stanimir stanislaw stanley stefan stefania stefano steffan stella stephanie stephen
steve steven stewart stu stuart suad subhash sudhir sue suela sufyan suhail sukhdeep sukhjit
sukhwinder sulaiman suleman suleyman sultana suman sumit summaira sunil sunita suresh surinder
surjit surya susan sushil suzanne svetlana swati syed sylvia sylvie sylwia szymon tabassum tadas
tadeusz tafadzwa taha tahir taimoor taiwo talal talat talha tamas tamsin tania tanisha tanveer
tanya tanzeela tapiwa tara taraneh taras tariq tariro tarun tasleem taslima tatenda tatiana taulant
tayyab tecwyn ted tedi tegan tegid tegwen tehmina tejinder temitope tendai teodor terence teresa
terry tesfa tesfaye tessa tetiana teuta thabo thandi thanh thao themba theo theresa thiago thibault
thierry thomas thuy tia tiago tibor tien tim timothy tina tinashe tobi tobiloba toby todor tolga
tom tomas tomasz tommy tomos tonderai toni tony toyin tracey tracy trang trevor trinh trish tsvetan
tuan tudor tudur tufail tugba tunde tung turgay tuyet tyrell tyrone ubah uche uchenna ufuk
ugochukwu uliks uma umair umar umit urszula usha usman uzma uzoma vaclav vahid valbona valdas
valdis valdrin valentin valerie valon vandana vanessa vanya varinder varun vasco vasile vasyl
veaceslav veena vera veronica veselin vicky vijay vikas vikram vilma vimal vincent vincenzo vineet
vinh vinod violeta viorel vipul virginija visar vishal vivek vivian vivien vjosa vlad vladimir
vlora volkan volodymyr vytautas waheed wajid waldemar wale walid wanjiku waqas warren warsame
waseem wasim wayne wei wendy wesley wieslaw winston wioletta wissam witold wojciech wyn xhensila
xhevahir xhoni xiao xin yaa yahya yan yasaman yash yasir yasmin yavor yavuz yaw yemi yevhen yewande
yilmaz ying yinka ylli ymer ynyr yoana yogesh yohannes yolanda yonas yordan younis yousaf yousef
yuan yulia yunus yuri yusra yusuf yves yvonne zac zach zachary zafar zaheer zahid zahra zaid zainab
zainabu zakia zakir zamir zamira zamzam zana zanele zara zarina zbigniew zdenek zeenat zeeshan zef
zehra zeina zhang zheer zhivko zia ziad zivile zlatko zodwa zoe zofia zoltan zoran zubair zulfiqar
zuzana zuzanna
""") - words("ade ali arta ben dev hung huong ion jan june lan long minh raj rod sue ted tien tung")

# Also words, places or brands: a name only beside a surname.
DOUBTFUL_FIRST_NAMES = words("""
ade alaw amber april arta ash asher ashton aurora autumn ava beau beca ben bill blake bob brooke
bruce bryn carmel chase chelsea chester chip christie clay cliff cody cora craig crystal curtis
daisy dale dallas dan dana darcy dawn del dev devon don drew duke dwynwen earl ed efa eira eirwen
elan enid ernest faith fern finley fleur frank frankie gale gene gerry ginger glan glen glyn grace
grant guy gwawr gwenno haf hari harper hazel hope hung hunter ion iris ivy jac jackson jade jamil
jan jasper jay jesse jo joy jude june kai kay kent kit kurt lan lance lane lara laurel leigh len
lennox les lester lexi lincoln llio london long lou lucky mair mal mali mari marina mark marley
mason may menai mercedes mercy mia miles milo mo mona morgan nat ned nell nelson neville non nora
norris olive ollie opal paris parker pat patience pearl perry petal piers poppy preston prince
princess raj ray reed reg rene rex rhett river rocky rod roman rose rowan ruby rufus rusty sage
sandy sasha saul savannah scarlett shay sid sidney skye sofia stirling stone storm sue summer sunny
sydney ted tilly tod tristan troy ty val vic victor victoria violet walter ward webb wes will
william willow zak
""")

# Surnames that are not everyday words: enough to make a capitalised word before them a name.
SURNAMES = words("""
abara abbott abdi abdullahi achebe adamczyk adams adan adebayo adekunle adeleke aden adeniyi
adewale adeyemi afolabi agarwal agbaje aggarwal ahmad ahmadi ahmed ainsworth akande akbari akhtar
akinyemi akram alabi alam alderton aldridge ali allen allsop almeida alvarez alves amadi amin amiri
anderson andrews anwar anyanwu appiah appleton arkwright armstrong asamoah asante ashcroft ashraf
ashworth aslam aslan atherton atkinson awan awuah aydin ayoola azikiwe aziz babatunde baig bailey
bains bajwa baker baldwin balla balogun banerjee bankole bannister bano bansal baran barbosa bardhi
barker barlow barnes barraclough bartlett barzani bashir basra bates baxter beattie bebb beckett
beddoes bedi begum bellamy bello bennett benson bentley beqiri berisha bernard bevan beynon bhatia
bhatti bhogal bianchi bibi bickerstaff bielak birch blackburn blackwood blaszczyk bloggs blythe
boateng bolger bondarenko booth bowen bowman bracegirdle bradbury bradley bradshaw braithwaite
bramley brannigan brearley bregu brennan briggs broadbent bromley brookes brown bruno bryant
buckland buckley bui bullock burgess burke burns burrows butler butt bux byrne cadogan cadwaladr
caldwell callaghan cameron campbell capstick cardoso carmichael carr carroll carter cartwright
carvalho cassidy castillo castro cavanagh cela celik ceredig chadwick chahal chakraborty chambers
chan chand chandler chandra chapman charlton chatterjee chaudhary chaudhry chauhan cheng cheung
chopra choudhry choudhury chowdhury christie chukwu chung ciobanu clark clarke clegg clifford
clough clutterbuck cockburn coelho cohen cojocaru colclough coleman collins connell connolly connor
constantinescu conti conway cooke cooper correia corrigan costa cotterill coulson cox crabtree
craig crawford cropper crosby crossley crowther cullen cummings cunha cunningham curtis czarnecki
dabrowski dacosta dalton daly dang daniels danjuma dar darko dass davenport davey davidson davies
davis dawson deakin deda delaney demir dempsey deol dervishi desai devlin dewhurst dhaliwal dhami
dhillon diallo dias diaz dickinson dimitrov dinh dinu dixon doan dobre dobson docherty doda dogan
doherty dominguez donaldson donnelly donovan dosanjh dougherty doyle driscoll drummond duarte
dubois duckworth duda dudek duffy duka dumitrescu duncan dunlop duong dupont durand dutta dwyer
ebrahimi eccles eccleston edmondson edmunds edwards egan ekwueme elezi elliott ellis emenike emery
entwistle erdogan esposito evans eynon eze fairclough fairhurst farah farooqi farrell farrow
fashola faulkner fenton ferguson fernandes ferrari ferreira fielding finch finnegan firth fisher
fitzgerald fitzpatrick flanagan flanigan flannery fleming fletcher florea flynn fonseca fontaine
forbes forsyth foster fournier fowler francis fraser frimpong frost gaffney gallagher gallo
galloway gandhi garcia gardiner gardner garewal garner garrity garside gashi gaskell gedi georgiev
geraghty ghani gheorghe ghorbani ghosh gibb gibbons gibbs gibson gilbert gill gilmore giordano
girard gittins gjoka gjoni gladwin gledhill goddard gohil goldsmith gomes gomez goncalves gonzalez
goodall goodwin gordon gorski gough gower grabowski grady graham greco greenhalgh greenwood gregory
grewal griffin griffith griffiths grimshaw gruffudd gruffydd gul guled gupta gutierrez gwilym
gwyther gyamfi hackett hafeez haidari haigh haile hallam halliday halliwell hamilton hampson
hancock hanley hanson haq haque harding hargreaves harrington harris harrison hartley harvey hasani
hashemi haslam havard hawkins haworth haxhi hayes heaton henderson hennessy herbert hernandez
herrera hersi hewitt heywood higginbottom higgins hinchcliffe hindley hirsi hodgkinson hodgson
holbrook holcroft holden hollingsworth holmes hopkin hopkins horrocks horton hossain hosseini hoti
houghton howard howe howell howells hoxha hoxhaj hoyle hristov huang huddleston hudson hughes hulme
humphreys humphries hundal hunter hussain hussein hutchinson huynh hysa ibbotson ibe ibrahim
ibrahimi ifeanyi igwe iheanacho ingham ionescu iordache iqbal islam ivanov iyer jabbar jablonski
jackson jafari jain jama james jamil jankowski jarvis jassal javed jaworski jeffries jehu jenkins
jennings jessop jimenez johal johnson johnston johnstone jolly jones joshi kaczmarek kalinowski
kalsi kamara kaminski kang kanu kapoor karimi kaur kavanagh kaya kazemi kazmi keane kearney keating
kelly kelmendi kemp kendrick kennedy kenyon kerr kershaw khalil khan khatri khatun khosla kidane
kilic kinsella kirkham knox koc koci kohli kola koroma kovalenko kowal kowalczyk kowalski kozak
kozlowski krasniqi kravchenko krawczyk krishnan krol kubiak kucharski kumar kurti kwarteng
kwiatkowski kwok kyffin lacey lakhani lal lambert langley larkin latif lau laurent lawal lawson
leadbetter leary lefebvre leigh leka leroy leung lewandowski liang lightfoot limani lis liu livesey
lleshi lleufer llewellyn llewelyn lloyd lockwood logan lomas lombardi longworth lopes lopez lougher
lowe lungu luong lupu lushi lynch macdonald machado maciejewski mackay mackenzie maclean maddock
maddocks madueke magalhaes maguire mahal mahmood mahoney majewski majid makwana malaj malhotra
malik malinowski mallory mancini mander mangat marciniak marinescu marino marinov marku marques
marshall martinez martins mason matei mathias matthews maxwell mazur mbeki mcallister mcauley
mcavoy mccabe mccall mccann mccarthy mccormack mccullough mcdermott mcdonald mcevoy mcgee mcgill
mcginty mcgovern mcgowan mcgrath mcguinness mcguire mchugh mcintyre mckay mckenna mckenzie mckeown
mclaren mclean mcleod mcloughlin mcmahon mcmanus mcnally mcnamara mcneil mcnulty mcpherson mcqueen
meakin mehta melia mellor mendes mendoza menon mensah mercier meredith meredydd metcalfe meyrick
miah michalak michalski middleton mills mirza mishra mistry mitchell mocanu modi mohamed mohammadi
mohamud mohan moldovan molloy molyneux monaghan monteiro moorcroft moore moorhouse moradi morales
moran moreau moreira morel moreno moretti morgan morley morris morrison morrissey mortimer mousavi
moyo mroz muca mugabe mughal muir mukherjee mullen mulligan munir munoz munro munteanu murphy
murray musa muse mutasa myers nagra nair nandra nanney navarro nawaz nayar naylor nazari nazir
ncube ndlovu ndoj ndreu neagu nelson nesbitt neves newall newton ngo nguyen nicholls nightingale
nikolov nisar nistor nkosi nnamdi noka nolan noori norris novak nowak nowicki nunes nur nuttall
nwachukwu nwankwo nwosu oakley obasi obi obrien ochieng oconnor odoi odonnell ofili ofori ogden
ogunbanjo ogunleye ojo okafor okeke okonjo okonkwo olawale oldfield oliveira olowu olszewski omar
oneill onyango openshaw opoku oprea ormerod ormond orourke ortega ortiz osborne osei osman osmani
ostrowski osullivan otieno owen owens owusu oxley oyelaran ozdemir ozturk pali pandey pandya parekh
parfitt parker parkinson parmar parry parsons pasha patel patterson pavel pawlak pawlowski payne
pearce pearson peate peci pemberton pendlebury pendry penhaligon penry pepa pereira perez perkins
perry petrescu petrov pham phan phillips philpott piatek pickering picton pietrzak pilkington pinto
piotrowski pires platt polat pollard popa popescu potts powell preda prela prendergast prenga
prifti pritchard pritchett probert prosser prothero protheroe pryce prydderch prys przybylski pugh
purcell purewal qadri qosja quartey quigley quinn qureshi radcliffe rafferty rafiq rahimi rahman
rai raju rama ramadani ramirez ramos ramsay rana randall randhawa rao rashid rathod rauf rawlinson
raza reddy redmond rees reeves rehman reid reilly rexha reyes reynolds rezaei rhodes rhydderch
rhydwen riaz ribeiro ricci richards richardson ridley rigby rimmer rinaldi riordan rivera rizzo
roach roberts robertson robinson robson rocha rodrigues rodriguez rogers romano romero rooney
rosser rossi rostami rothwell rousseau rowbotham rowcliffe rowe rowlands rowley ruiz rupal rushton
russo rusu rutherford rutkowski ryan ryder sadeghi sadiku sadowski saeed sagoo sahin sahota saini
salami salazar salehi samatar samra sanchez sanders sanderson sandford sandhu sandu sangha santos
sarwar sattar saunders sayce schofield scully seddon selimi sequeira serban sesay sethi shabir
shackleton shafi shah shala sharif sharma shaughnessy shaw shehu shehzad sheikh shelton shepherd
sheridan shevchenko shirazi shkreli shuttleworth sibanda siddall siddique siddiqui sidhu sihota
sikora sikorski silva simmons simpson sinani sinclair singh skinner slater slattery sloan smith
smyth snowden soares sobczak sodhi sohal solanki soni sousa southall soyinka spencer stanciu
stanton steele stephens stephenson stepien stevens stevenson stewart stoica stokes stokoe stoyanov
strickland stringer stubbs suarez sula suleman sullivan sultana suri sutcliffe sutherland sweeney
swift syed sykes szczepanski szewczyk szymanski tahir tahiri takhar tandon tariq tate tattersall
taylor tegid tehrani teixeira tekle tennant tesfaye tetteh thaci thackeray thakur thandi
thistlethwaite thompson thomson thorne thornton thorpe threlfall tierney timmins tkachenko todd
todorov tomaszewski tomkins tomlinson toor topalli torres townsend trahearne tran traore treharne
trelawney trevanion trevor trewartha trivedi truong tsang tucker tudor tudose tudur tully turner
twigg tyler tyson uddin udoh ugwu ukaj ullah umeh ungureanu unsworth uppal vargas varma vasile
vasquez vata vaughan vega venkataraman verma vieira virdi voicu vora voronov voyle vuka vuong vyas
wadhwa wadsworth wahid wainwright walczak wallace walmsley walsh walters wanjiru warburton wareing
warner warsame wasilewski watkins watson watts weatherall webster westwood whalley wharton whelan
whitaker whitcombe whitehead whitehurst whitfield whittaker whittle whitworth wilcox wilde wilk
wilkins wilkinson williams williamson willis willoughby wilson winstanley winterbottom winters
wisniewski witkowski wlodarczyk wogan wojcik wolstenholme wong woodcock woodhouse woods woodward
wooldridge worthington wright wrigley wrobel wroblewski wyatt wynne wysocki xhafa xheka yaqub
yardley yates yeboah yildirim yildiz ymeri yorath yousaf yusuf zafar zahid zajac zakrzewski zaman
zamani zawadzka zawadzki zeka zeneli zhao zheng zhou zielinski zogaj zubair
""") - words(
    """
    swift gill moran gallagher birch hunter parker tyler baker skinner
    fisher chandler craig kerr obi butt
    """
)

# Lower-case pairs are trusted only when the surname is plainly nothing else.
SURNAME_SHAPE = (
    r"(?:mc[a-z]{3,}|mac(?:don|ken|int|lea|nam|far|gre|dou)[a-z]+|o'[a-z]{3,}|fitz[a-z]{3,}|"
    r"ap|[a-z]{2,}(?:wski|wska|nski|nska|cki|cka|wicz|czyk|escu|eanu|ovic|evic|ova|eva|enko|oglu|"
    r"dottir|opoulos|zadeh|haj|qaj|araj|llari|jani|yan|inho|ides|asamy))"
)

PARTICLES = words("ab al ap bin bint da de del den der di dos el ferch ibn la le st van von")

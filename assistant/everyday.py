"""Everyday words of a question in the words that rules and records use: "who started it" is "who founded it"."""

from __future__ import annotations

import functools
import re

# In order; a line is what people type and what documents say, `\1` being what stood between.
_WORDINGS: tuple[tuple[str, str], ...] = (
    (r"\bwho (?:has |had )?(?:started|set up|created|launched|established|formed|began|started up|came up with)\b", "who founded"),
    (r"\b(when|where) (?:was|were) (.{2,60}?) (?:started|set up|created|launched|established|formed|born)\b", r"\1 was \2 founded"),
    (r"\b(when|where) did (.{2,60}?) (?:start|begin|come into being)\b(?= *\?*$)", r"\1 was \2 founded"),
    (r"\bwho(?: is|'s| are)? behind (the (?:alliance|association|organisation|organization))\b", r"who founded \1"),
    (r"\b(?:throw|kick|chuck|boot)(?:s|ed|ing)? (\w+ ?\w* )?out\b", r"expel \1"),
    (r"\b(?:thrown|kicked|chucked|booted) out\b", "expelled"),
    (r"\b(to|we|i|they|can|may|members?|company|companies) (?:quit|get out of|pull out of|drop out of)\b", r"\1 withdraw from"),
    (r"\b(?:over|on|by) the (?:phone|telephone)\b|\bby (?:phone|telephone)\b|\bon a call\b", "orally"),
    (r"\b(?:film|tape|videotape|record)(?= (?:the|a|our|your|this|that) (?:\w+ )?(?:meeting|group|session|talk|call|discussion))", "make a recording of"),
    (r"\blog-?ins?\b(?! (?:to|with|page))", "account"),
    (r"\bhead honcho\b|\bbig boss\b|\bthe boss\b", "the chair"),
    (r"\b(?:gripes?|pain points?|moans?)\b", "clinical problem"),
    (r"\b(?:tip off|blow the whistle to|rat out)\b", "report to"),
    (r"\bwatchdog\b", "supervisory authority"),
    (r"\b(?:my|our|the|his|her|their) (?:hospital|employer|university|institution|department|boss|clinic)(?:'s|s'|’s)? (?:permission|consent|approval|ok|okay|agreement|go-ahead|sign-?off|blessing)(?: first)?\b", "employer clearance"),
    (r"\bwho (?:decides|judges|determines) (?:whether|if|which|on|about|over)? ?(?:(?:an?|my|our|the|which) )?(ideas?|submissions?|proposals?) (?:is|are|gets?|will be) (?:accepted|approved|adopted|taken up|chosen|selected)\b", r"who recommends the result of the review of \1"),
    (r"\b(?:turn(?:s|ed)? (?:it|me|us|my idea|our idea)? ?down|knock(?:s|ed)? (?:it|me|us) back|reject(?:s|ed)? (?:it|me|us|my idea|our idea))\b", "decline the idea"),
    (r"\b(?:gets?|got) to (?=(?:read|see|vote|decide|choose|know|use|keep|attend|speak)\b)", "may "),
    (r"\b(?:turned down|knocked back)\b", "declined"),
    (r"\bif (?:you|they|the committee|the alliance|the answer) (?:say|says|said|is) no\b", "if the idea is declined"),
    # What people do with a membership.
    (r"\b(?:membership|joining|annual|yearly|member) (?:fees?|costs?|prices?|subscriptions?|charges?)\b", "annual dues"),
    (r"\b(?:what|how much) (?:does|would|will|do) (?:(?:a |an |the |our |your |alliance |company )*membership|it|joining|to join|(?:being|becoming) a member) costs?\b(?: us| me)?(?: to join)?", "how much are the annual dues"),
    (r"\bhow much (?:is|are) (?:it to join|(?:a |the )?membership)\b", "how much are the annual dues"),
    (r"\bhow (?:do|can|could|does|would|should) (?:i|we|one|a company|my company|our company|a hospital|our hospital) (?:join|sign up|get in|become (?:a )?members?|enrol|apply)\b(?! for)", "membership application: steps of admission, how to join"),
    (r"\b(?:leave|leaving|resign from|resigning from|exit|cancel|terminate|end|give up) (?:the alliance|(?:our|my|the|a) membership)\b", "withdraw from the Alliance, withdrawal of a member"),
    (r"\b(?:do ?n[o']t|does ?n[o']t|did ?n[o']t|can ?n[o']t|stop|forget to|fail to|never) pay(?:ing)?\b(?: the dues| our dues| dues| on time| in time)?", "dues unpaid after the payment notice, suspension"),
    # What people do with an idea.
    (r"\b(?:fees?|costs?|charges?|pay|paying|payment) (?:for|to|when|of) (?:submit\w*|submission|filing|sending|(?:the |a )?review)\b|\b(?:submission|filing|review|evaluation) (?:fees?|costs?|charges?)\b|\bcosts? (?:anything |me |us )?to (?:submit|file|send|apply)", "submission and review are free of charge, fee"),
    (r"\b(?:who|which people|whoever) (?:all )?(?:can |could |will |would |may |gets? to |is going to |has |have )?(?:sees?|looks? at|read|reads|access(?: to)?) (?:my|our|the|an?) (?:idea|submission|invention|material|disclosure|files?|documents?|drawings?)\b", "who may read a confidential disclosure"),
    (r"\b(?:steals?|stolen|stealing|copy|copies|rips? off|nicks?) (?:my|our|the|an?) (?:idea|invention|design)s?\b|\b(?:idea|invention|design) (?:gets? |be |is |being |was )?(?:stolen|copied|leaked)\b", "secrecy of a confidential disclosure, breach of confidentiality"),
    (r"\b(?:take back|pull back|pull|cancel|retract|recall) (?:my|our|the|an?) (?:idea|submission|application|disclosure)\b", "withdraw the submission"),
    (r"\bwhat(?:'s| is| do| does| would| will)? (?:i|we|the inventor|a doctor|an inventor|my share|in it)(?: get| gets| earn| earns| make| makes)?(?: paid)? (?:if|when|once|from|out of|for me|for us)\b", "income share and remuneration of the inventor if"),
    (r"\b(?:appeal|complain|object to|contest|challenge)(?:ing)? (?:against |about )?(?:the |a |your |their )?(?:decision|rejection|result|refusal|outcome)\b", "petition against the decision"),
    (r"\b(?:two|three|several|both) (?:of us|doctors|physicians|colleagues|people|inventors|friends)\b", "several inventors"),
    (r"\bhow (?:long|soon|quickly|many (?:days|weeks|months))(?: is it| does it take| will it take| do i wait| do we wait| must i wait)? (?:until|till|til|before|for) (?:i|we|me|us)? ?(?:to )?(?:can |will |finally )?(?:get|hear|have|receive|know|expect)(?: an?| the| your| my| any| back| actual| final)* ?(?:answers?|repl(?:y|ies)|decisions?|results?|outcome|back|from you|something|anything|whether|if)\b", "how long does the review take until the decision letter"),
    (r"\bndas?\b|\bnon-?disclosure agreements?\b|\bsecrecy agreements?\b|\bcdas?\b", "confidentiality agreement"),
    (r"\bttos?\b|\btech(?:nology)? transfer (?:people|guys|department)\b", "technology transfer office"),
    (r"\b(?:green|fast|quick|express|innovation|innovative) (?:green )?(?:channel|lane|track|pathway|route)\b", "special examination of innovative medical devices"),
    (r"\b(?:my|his|her|their) (?:wife|husband|spouse|partner|brother|sister|son|daughter|father|mother|family|relatives?)\b", "spouse, parents, children or siblings"),
    (r"\b(?:how (?:do|can) (?:i|we|one)|where (?:do|can) (?:i|we)) (?:contact|reach|get hold of|get in touch with|talk to|speak to|email|call|phone) (?:you|the alliance|a human|someone|somebody|a person)\b", "contact of the Secretariat, address for mail"),
    (r"\b(?:daughter|parent|sister|affiliated|group) compan(?:y|ies)\b|\bsubsidiar(?:y|ies)\b", "affiliated company under common control"),
    (r"(?:没有?|未|不)(?:能)?(?:通过|被采纳|被?选上|被?看上)(?!金属|气道|导管)|被(?:拒绝?|否决?|刷)(?:掉|了|下来)", "不予采纳"),
    (r"多久(?:能|会|才|可以)?(?:有|出|给|等到|收到)(?:个)?(?:结果|答复|回音|回复|消息|说法)", "评审要多久发出决定"),
    (r"(?:晚|迟|拖着?不|没按时|忘了?)[交缴]", "逾期未缴"),
    (r"(?:医院|单位|科室|领导|老板|院里)(?:的|要|先|事先|得){0,2}(?:同意|批准|点头|许可|准许)", "单位核查"),
    (r"(?:由)?谁(?:来|去)?决定(创意|想法|提交)(?:是否|能不能|能否|可不可以)(?:被|得到)?(?:采纳|采用|通过|接受|推进)", r"谁对\1提出评审结论的建议"),
    (r"(?:是)?(?:谁|哪家|哪个单位|哪些单位)牵的?头(?!工作组|组)(?:的|搞的|办的|成立的)?|牵头(?:单位|方)是谁", "由谁共同发起"),
    (r"谁(?:创办|创建|创立|创设|组建|建立|搞起|搞)了?(?!的)([^，,？?。]{2,20}?)[，,、和以及还有 ]*(?:是|在)?(?:什么时候|何时|哪一?年)(?:的|成立的?)?", r"\1由谁发起，何时成立"),
    (r"谁(?:创办|创建|创立|创设|组建|建立|搞起|搞)了?(?!的)([^，,？?。]{2,20})(?=[，,？?。]|$)", r"\1由谁发起成立"),
    (r"(.{2,20}?)是?(?:谁|哪些单位|哪些人|哪几家)(?:创办|创建|创立|创设|组建|建立|搞起来|牵头搞)的", r"\1由谁发起成立"),
    (r"(?:什么时候|何时|哪一?年)(?:创办|创建|创立|创设|组建|建立)", "何时成立"),
    (r"踢出(?:去|局)?|赶出(?:去)?|轰出去", "除名"),
    (r"打电话|电话里|电话中|通电话", "口头"),
    (r"(?:走|进行|办|弄)到(?:了)?(?:哪|什么)(?:一?步|儿|里|程度|阶段)", "评审进度如何"),
    (r"偷偷录|私下录|用手机录", "私自录音录像"),
    (r"(?:入会|加入|会员|参加联盟).{0,6}?(?:要|得|需要|用)?(?:交|花|收|付)(?:多少)?(?:钱|费)", "会员年度会费多少"),
    (r"(?:提交|投|交创意|评审|申报|递交).{0,4}?(?:要|得|需要|用)?(?:交钱|花钱|收钱|收费|付费|付钱|要钱)", "提交和评审是否收取费用，免费"),
    (r"(?:怎么|如何|怎样)(?:才能|能|可以)?(?:入会|加入(?:联盟|你们)?|成为会员|申请会员|当会员)", "怎样加入联盟，新会员入会的步骤"),
    (r"(?:怎么|如何|怎样|能不能|可以|想|要)?(?:退会|退出(?:联盟)?(?=的话|怎|要|$|[，,？?]|需要|吗|手续|流程)|退出联盟|不想当会员|注销会员|取消会员)", "会员退出联盟，书面通知"),
    (r"(?:不|没|没有|忘了|拖着|一直没|拒绝)(?:交|缴|付)(?:会费|钱|费|(?=会|的话|怎|行|了|又))|欠费|欠缴|拖欠会费", "逾期未缴会费，中止会员资格"),
    (r"金点子|点子|主意|(?<=[\u4e00-\u9fff])\s?idea(?=\s?[\u4e00-\u9fff，。？]|$)", "创意"),
    (r"(?:谁|哪些人|什么人|有哪些人|哪几个人)(?:都)?(?:能|会|可以|有权)?(?:看得到|看到|看见|看|接触到?)(?:我|我们)?(?:的|这些|交的)?(?:创意|材料|东西|资料|想法|内容)?", "可以查阅保密披露的人员"),
    (r"(?:被|让|给|怕).{0,4}?(?:偷|抄|剽窃|抢|泄露|拿)(?:走|去|了)?", "创意的保密义务"),
    (r"(?:能|可以|会|我|医生|提交人|发明人|个人).{0,3}?(?:分|拿|得|挣|赚)(?:到)?(?:多少|几成|几个点)(?:钱)?|分钱|提成|分红|分成", "发明人的收益分配"),
    (r"(?:创新|绿色|快速|快|加急)(?:医疗器械)?通道", "创新医疗器械特别审查"),
    (r"(?:撤|收|要|拿)回来?(?:我的|我|这个)?(?:创意|想法|材料|提交)?|不想交了|反悔", "撤回提交"),
    (r"不服|不满意(?:结果|决定)|(?:对|有).{0,6}(?:意见|异议)", "申诉"),
    (r"发(?:表)?(?:文章|论文|paper)|投稿", "公开发表论文"),
    (r"老婆|老公|爱人|妻子|丈夫|家里人|家属|亲戚", "配偶、父母、子女或者兄弟姐妹"),
    (r"(?:怎么|如何|怎样)(?:才能)?(?:联系|找到?)(?:到)?(?:你们|联盟|人工)|(?:找谁|联系谁)(?:办|问)?", "秘书处的联系方式，发邮件到"),
    (r"子公司|母公司|集团内?(?:公司)?|兄弟公司", "受同一控制的关联企业"),
    (r"\bNDA\b|\bCDA\b|保密合同|签保密(?!协议)", "保密协议"),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.IGNORECASE), formal) for pattern, formal in _WORDINGS]


@functools.lru_cache(maxsize=4096)
def reword(text: str) -> str:
    """Give a question with its everyday words replaced; the same text where it has none."""
    for pattern, formal in _COMPILED:
        text = pattern.sub(formal, text)
    return text

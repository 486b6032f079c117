"""Telling what must not go on from ordinary questions; rules over words, no model, nothing stored."""

from __future__ import annotations

import re
from typing import Literal

Category = Literal[
    "disclosure", "patient_data", "treatment", "emergency", "others_submissions", "override", "misstate", "out_of_scope"
]  # fmt: skip

CATEGORIES: tuple[Category, ...] = (
    "emergency", "patient_data", "disclosure", "override", "others_submissions", "misstate", "treatment", "out_of_scope",
)  # fmt: skip
"""In the order of checking: what harms most comes first."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# --- invention disclosure: somebody's own + technical detail + (new or on show) ---------------------------------
_OWN = _any(
    r"\b(?:my|our)\b(?! (?:father|mother|wife|husband|son|daughter|patient|hospital|company|employer))",
    r"\b(?:i|we)(?:'ve| have|'re| are|'m| am)? (?:\w+ ){0,2}(?:invent|design|develop|built|build|made|make|creat|came up|"
    r"thought|figured|found|discover|prototyp|combin|replac|us(?:e|ing)|coat|add|put|wrap|embed|propos|plan|tried|test)",
    r"我(?:们|科|院|所|团队|自己)?.{0,6}(?:设计|发明|研制|研发|开发|做了|做的|想到|想用|想把|提出|改进|改良|构思|的方案|的思路|的结构|的做法|把|用|在|采用)",
    r"(?:本人|本科室|本团队|我们科|咱们|俺们?).{0,10}(?:设计|发明|研制|研发|做|想|提出|改|用|采用)",
    r"我们?的(?:新|这个|这款|未公开|未发表)?.{0,8}(?:装置|支架|导管|瓣膜|器械|样机|设计|发明|专利|技术|方法|算法|结构|探头)",
    r"\b(?:the|this) (?:trick|secret|key idea|novelty|inventive step)\b",
)
_DETAIL = _any(
    r"\bnitinol\b|\bptfe\b|\bpeek\b|silicone|hydrogel|polymer|titanium|magnesium|polydioxanone|stainless|graphene|piezo\w*|"
    r"\bfib(?:er|re)s?\b|\bcoating\b|\bcoated\b|\bmembrane\b|\bmesh\b|\bbraid\w*|\bspring\b|\bballoon\b|\bhelical\b|\bspiral\b|"
    r"\bbarbs?\b|\bhooks?\b|\bhinge\w*|\bgroove\w*|\blattice\b|\bmicro\w+|\bnano\w+|\belectrode\w*|\bsensor\w*|\bmagnet\w*|"
    r"\bshape[- ]memory\b|\blumen\b|\bstruts?\b|\bhandle\b|\btip\b|\bsheath\b|\bactuat\w+|\balgorithm\b|\bneural\b|\bconvolution\w*",
    r"镍钛|记忆合金|硅胶|水凝胶|聚合物|钛合金|镁合金|可降解|聚氨酯|石墨烯|压电|光纤|涂层|覆膜|编织|网格|弹簧|球囊|螺旋|倒刺|倒钩|铰链|凹槽|"
    r"微针|纳米|电极|传感器|磁(?:铁|体|性|场)|形状记忆|内腔|管腔|支撑杆|手柄|头端|鞘管|驱动|算法|神经网络|卷积|单向阀|记忆|热敏|温敏",
    r"\d+(?:\.\d+)?\s?(?:mm|cm|μm|um|nm|micron\w*|millimet\w+|kpa|mpa|bar|hz|khz|mhz|w\b|watts?|volts?|v\b|°c|℃|°|degrees?|fr\b|毫米|微米|厘米|度|瓦|赫兹|伏)",
)
_MECHANISM = _any(
    r"\b(?:compris\w+|consist\w* of|wherein|characteri[sz]ed in|so that|which (?:then )?(?:expand|rotat|releas|lock|deploy|dissolv)\w*|"
    r"made (?:of|from|out of)|works by|by (?:means of|heating|cooling|rotating|expanding|pulling)|instead of|driven by|"
    r"expands?|rotates?|locks?|deploys?|dissolves?|inflat\w+|retract\w+|anchors?|with (?:a|an|two|three|four|six|eight) )",
    r"(?:包括|由.{1,20}(?:组成|构成|制成)|其特征(?:在于|是)|通过.{1,25}(?:实现|控制|驱动|使|来)|采用|利用|从而|使得|当.{1,20}时|内置|嵌入|外层|内层|中间层|"
    r"展开|旋转|锁定|释放|溶解|膨胀|收缩|固定|缠绕|替代|代替|两层|双层|三层)",
)
_SECRET = _any(
    r"\bunpublished\b|\bnot (?:yet )?(?:been )?(?:published|filed|patented|public|disclosed)\b|\bhaven'?t (?:yet )?(?:published|filed|patented|told|shown|disclosed)\b|"
    r"\bhas(?:n'?t| not) been (?:published|filed|disclosed)\b|\bno(?:body| one)(?: else)? (?:knows|has (?:done|seen|tried|thought))|\bconfidential(?:ly)?\b|\bsecret\b|"
    r"\bbefore (?:we|i) file\b|\bnew (?:idea|design|invention|device|concept)\b|\bnovel\b|\binvention disclosure\b|\bclaim 1\b|\bdraft claims?\b|\bpatent pending\b",
    r"未公开|没公开|没有公开|尚未(?:公开|发表|申请)|还没(?:有)?(?:公开|发表|申请|告诉|报)|未发表|未申请|没申请|保密|机密|秘密|创新点|首创|首次|独创|没人(?:做|想|试)过|"
    r"交底书|权利要求|新型|全新|新方案|新思路|新设计",
)
_SHOWING = _any(
    r"\b(?:let me|i'?ll|i will|i want to|i'?d like to|allow me to|shall i)\b.{0,25}\b(?:describe|explain|paste|share|show|tell|walk|give you|outline|disclose)\b|"
    r"\bhere(?:'s| is| are)\b.{0,30}\b(?:design|idea|invention|drawing|claim|how it works|detail|spec|structure|mechanism|concept|disclosure)|"
    r"\b(?:below|following) (?:is|are) (?:my|our|the)\b|\bit works like this\b|\bas follows\b|\bmy idea is\b|\bthe idea is\b|\bour idea is\b|\bhelp me (?:write|draft|refine|improve)\b",
    r"(?:给你|帮我|跟你|向你|和你).{0,8}(?:说|讲|描述|贴|看|介绍|写权利要求|完善|改进|润色)|贴给你|发给你|贴出来|如下|下面是|以下是|具体(?:结构|方案|做法|设计|参数|来说)|原理是|结构是|思路是|做法是|我的想法是|核心是|关键(?:在于|是)",
)
_ASKS_ONLY = _any(
    r"^(?:how|where|who|when|which|what|can|could|may|do|does|is|are|should|must|will|would)\b[^.]{0,160}\?\s*$",
    r"^[^。]{0,70}[？?吗呢]\s*$",
)


def _discloses(text: str) -> bool:
    """Weigh ownership, technical detail, mechanism, secrecy and the act of showing."""
    if not _OWN.search(text) and not _SHOWING.search(text):
        return False
    details = len({match.group().lower() for match in _DETAIL.finditer(text)})
    mechanism = len({match.group().lower() for match in _MECHANISM.finditer(text)})
    weight = (
        1.0 * bool(_OWN.search(text))
        + 0.9 * min(details, 3)
        + 0.6 * min(mechanism, 3)
        + 0.8 * bool(_SECRET.search(text))
        + 0.9 * bool(_SHOWING.search(text))
    )
    return weight >= (3.6 if _ASKS_ONLY.search(text.strip()) else 2.7) and (details + mechanism > 0)


# --- the others -------------------------------------------------------------------------------------------------
_RULES: dict[Category, re.Pattern[str]] = {
    "emergency": _any(
        r"\b(?:can(?:'t|not) breathe|coughing up (?:a lot of |lots of |massive )?blood|turning blue|not breathing|unconscious|collapsed|call (?:an )?ambulance|"
        r"massive ha?emoptysis|cardiac arrest|choking)\b.{0,60}(?:\bnow\b|\bhelp\b|\bwhat (?:do|should) (?:i|we)\b|!|\?)",
        r"(?:喘不(?:上|过)气|大咯血|咯血不止|呼吸困难|没有呼吸|昏迷|休克|嘴唇发紫|窒息|快不行|抢救).{0,30}(?:怎么办|救|急|快|现在|马上|！|!|？|\?)",
    ),
    "patient_data": _any(
        r"\b(?:mr|mrs|ms|miss)\.? [A-Z][a-z]+\b.{0,80}\b(?:ct|scan|biopsy|diagnos\w+|year[- ]old|aged|ward|bed|mrn|admitted|cancer|copd|fev1|report)\b",
        r"\bpatient(?:'s)? name\b.{0,10}[:=]?\s*[A-Z]|\bmrn\b\s*[:#]?\s*\d|\b(?:hospital|medical record|admission|id) (?:number|no\.?)\s*[:#]?\s*[A-Z]?\d{4,}|\bdob\b\s*[:=]?\s*\d|date of birth\b.{0,6}\d",
        r"\bpatient [A-Z][a-z]+ [A-Z][a-z]+\b|\b(?:ct|pathology|bronchoscopy) report (?:of|for) (?:mr|mrs|ms|patient|[A-Z][a-z]+ [A-Z][a-z]+)",
        r"(?:患者|病人|病员)(?:姓名|叫|名叫|[:：])\s*[\u4e00-\u9fff]{2,4}|(?:患者|病人)[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏章苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤罗郝安常于傅卞齐康伍余顾孟黄穆萧尹姚邵汪毛臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓][\u4e00-\u9fff]{1,2}(?=[，,。 、：:（(]|，?(?:男|女))",
        r"(?:住院号|病历号|门诊号|身份证(?:号)?|病案号|就诊卡号)\s*(?:是|为|[:：])?\s*[A-Za-z]?\d{4,}|[\u4e00-\u9fff]{2,3}[，,、 ]\s*(?:男|女)[，,、 ]\s*\d{1,3}\s*岁",
    ),
    "override": _any(
        r"\b(?:ignore|disregard|forget|bypass|override) (?:all |any |your |the |previous |prior |above |these |my )*(?:rules?|instructions?|prompts?|polic\w+|guidelines?|restrictions?|guardrails?)",
        r"\b(?:print|show|reveal|repeat|output|display|tell me|give me|what(?:'s| is)) (?:me )?(?:your|the) (?:\w+ )?(?:system )?(?:prompt|instructions)\b|\bsystem prompt\b|\bdeveloper mode\b|\bjailbreak\b|\bDAN\b",
        r"\b(?:pretend|act|behave)(?: to be| as| like)?\b.{0,40}\b(?:no (?:rules|restrictions|limits)|unrestricted|admin|administrator|root|staff)\b|\b(?:i am|i'm) (?:the|an?) (?:admin|administrator|developer)\b.{0,60}\b(?:show|grant|unlock|give)|\bas (?:an? )?(?:admin|staff|committee member), (?:unlock|show)",
        r"(?:忽略|无视|忘掉|忘记|绕过|跳过|不要管|别管|解除).{0,12}(?:规则|指令|指示|提示词|限制|设定|约束|要求)|系统提示(?:词)?|(?:输出|打印|显示|告诉我|公开).{0,8}(?:提示词|系统指令|内部指令)|开发者模式|越狱|"
        r"(?:假装|扮演|现在你是).{0,20}(?:没有(?:任何)?(?:限制|规则)|不受限制|管理员)|我是(?:系统)?管理员.{0,20}(?:显示|给|开放|解锁)",
    ),
    "others_submissions": _any(
        r"\b(?:show|give|list|send|print|tell|export|leak|download|see|get|read|access|what)\b.{0,40}\b(?:(?:other|another|someone(?: else)?|competitor|rival|somebody)(?:'s|s'|s)?|confidential|pending|stage b)\b.{0,30}\b(?:submissions?|ideas?|disclosures?|inventions?|dossiers?|forms?)\b(?!.{0,20}\bprocedure)",
        r"\b(?:personal|private|home|mobile|cell)\b.{0,15}\b(?:phone|number|email|e-mail|address|contact)s?\b.{0,40}\b(?:of|for|dr|prof|president|reviewer|member|chair|inventor)|\b(?:dr|prof)\.? [A-Z]\w+'s (?:phone|mobile|email|address)|\bwho (?:are|is) the (?:named )?reviewers? of (?:docket|idea|submission)|\b(?:docket|submission) [AB]-\d{4}-\d+",
        r"(?:看看|给我|列出|发我|导出|告诉我|查看|透露|拿到|打听).{0,20}(?:别人|他人|其他(?:人|医生|单位|企业|医院)|竞争对手|对手|某某|人家|同行).{0,12}(?:提交|创意|想法|发明|方案|披露|材料|申请)|(?:别人|他人|竞争对手|同行|其他医生)(?:最近)?(?:提交|申报|披露)(?:了|的|过)(?:什么|哪些|创意|想法|内容|材料)|"
        r"(?:私人|个人|手机|家庭).{0,6}(?:电话|号码|手机|邮箱|微信|住址|联系方式)|(?:的|要)?(?:手机号|微信号|家庭住址)|(?:导出|列出|给我).{0,12}(?:所有)?(?:用户|提交人|评审人).{0,10}(?:姓名|名单|提问|问题)|[AB]-\d{4}-\d+",
    ),
    "misstate": _any(
        r"\b(?:remove|delete|drop|hide|strip|omit|leave out|take out)\b.{0,25}\b(?:sample|draft|superseded|disclaimer)\b|\b(?:without|no) (?:the )?(?:word )?[\"“']?sample[\"”']? (?:label|mark|line|watermark)",
        r"\b(?:say|state|claim|write|confirm|pretend|certify|declare)\b.{0,50}\b(?:is|are|was|has been|been) (?:already )?(?:approved|cleared|registered|certified|official|endorsed)\b(?!.{0,5}\?)|\bmake it (?:look|sound) (?:official|approved)",
        r"\b(?:replace|change|edit|rewrite|alter|modify)\b.{0,50}\b(?:five|5|one|1|three|3|ten)\b.{0,12}\byears?\b.{0,30}\b(?:with|to|into|by)\b|\b(?:backdate|fabricate|falsif\w+|make up|invent)\b.{0,40}\b(?:result|figure|number|date|minutes|citation|source|quote|score|data)",
        r"(?:去掉|删掉|删除|隐去|不要(?:写|显示|标)|抹掉|拿掉).{0,12}(?:示例|样例|SAMPLE|草案|已失效|免责)|(?:就)?(?:写|说|声称|证明|宣称|标注|注明).{0,20}(?:已经?|已获|获得).{0,6}(?:批准|注册|获批|认证|官方认可|拿证)|(?:伪造|编造|造假|杜撰|捏造|倒签)|"
        r"(?:把|将).{0,20}(?:五|5|三|3|一|1)年.{0,6}(?:改成|改为|换成|替换)|(?:看起来|显得)(?:像)?(?:是)?官方",
    ),
    "treatment": _any(
        r"\b(?:should|can|could|must|would)\b.{0,30}\b(?:he|she|i|we|my (?:father|mother|dad|mum|mom|wife|husband|patient|son|daughter|uncle|aunt|grand\w+)|this patient|the patient)\b.{0,50}\b(?:get|have|receive|take|undergo|be treated|stop|start|use|implant|place|give|choose|need)\b",
        r"\bmy (?:father|mother|dad|mum|mom|wife|husband|patient|son|daughter|uncle|aunt|grand\w+|brother|sister)(?:'s)?\b.{0,100}\b(?:copd|emphysema|cancer|tumou?r|fev1|nodule|asthma|stenosis|effusion|valve|stent|treat\w*|surgery|biopsy|breath\w*|lung)",
        r"\b(?:what|which|how much|how many|recommend\w*|suggest\w*)\b.{0,40}\b(?:dose|dosage|mg|power setting|energy setting|watts?|settings?|temperature|freeze time|sedation|stent size)\b.{0,60}\b(?:should|for|to use|do i|in a|patient)|\bi have (?:copd|emphysema|asthma|lung cancer|a nodule)\b",
        r"\b(?:\d{2}[- ]year[- ]old|\d{2}[- ]?yo)\b.{0,140}\b(?:which|what|should|recommend|best|treat|candidate|suitable|do you suggest|advise)",
        r"(?:我(?:爸|妈|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|丈夫|妻子|儿子|女儿|家人|亲戚|哥|姐|叔|舅|朋友)|患者|病人|这个病人|本人|我).{0,40}(?:该不该|应不应该|适合|能不能(?:做|装|放|用|打|吃)|可以(?:做|装|放|用|打|吃)|要不要(?:做|装|放|用|打|手术)|怎么治|如何治疗|用什么药|吃什么药|选哪(?:个|种|款)|放多大|需要手术|还能活)",
        r"(?:剂量|用量|功率|能量|参数|冷冻(?:时间|几秒)|温度|麻醉).{0,16}(?:设(?:置|定|为|多少)|调(?:到|多少)|多少(?:合适|毫克|瓦|mg|秒)|怎么(?:设|调|给)|给多少|用多少)|(?:给|用)多少(?:毫克|mg|瓦|剂量)|(?:\d{2})岁.{0,60}(?:怎么治|该|适合|建议|推荐|能不能|选择)",
    ),
    "out_of_scope": _any(
        r"\b(?:write|compose|tell) (?:me )?(?:a |an |some )?(?:poem|song|joke|story|limerick|haiku|essay|love letter)\b|\b(?:stock|share) (?:price|tip)s?\b|\bshould i (?:buy|sell|invest)\b|\bweather\b|\brecipe\b|\bfootball\b|\bworld cup\b|\bmovie\b|\bbitcoin\b|\bhoroscope\b|\btranslate this\b|\bhomework\b|\bpython (?:script|code)\b|\bwrite (?:some |a )?code\b|\bwho (?:will|won|wins) the (?:election|match|game)\b|\bbest restaurants?\b|\bflight\b.{0,20}\bbook",
        r"(?:写|作|编|来)(?:一)?(?:首|个|段|篇)?(?:诗|歌|笑话|故事|情书|小说|对联|作文)|股票|股价|涨停|买入|抛售|基金推荐|天气|菜谱|怎么做菜|足球|世界杯|电影推荐|比特币|星座|彩票|写代码|写(?:个|一段)程序|订机票|附近(?:的)?(?:餐厅|饭店)|讲个笑话",
    ),
}


def classify(text: str) -> Category | None:
    """Name what a turn must not go on with; `None` for an ordinary question."""
    for category in CATEGORIES:
        if category == "disclosure":
            if _discloses(text):
                return "disclosure"
        elif _RULES[category].search(text):
            return category
    return None

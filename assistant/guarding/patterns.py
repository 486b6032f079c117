"""Words of invention disclosures, shared by the rules and the cues; both languages in each pattern."""

from __future__ import annotations

import re


def either(*patterns: str) -> re.Pattern[str]:
    """Compile alternatives, whatever their case; `(?-i:…)` marks parts where case counts."""
    return re.compile("|".join(patterns), re.IGNORECASE)


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严金魏陶姜谢邹喻柏章苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤罗郝安常于傅卞"
    "齐康伍余顾孟黄穆萧尹姚邵汪毛臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓"
)

OWN = either(
    r"\b(?:my|our)\b(?! (?:father|mother|wife|husband|son|daughter|patient|hospital|company|employer))",
    r"\b(?:i|we)(?:'ve| have|'re| are|'m| am)? (?:\w+ ){0,2}(?:invent|design|develop|built|build|made|make|creat|came up|thought|figured|found|"
    r"discover|prototyp|combin|replac|us(?:e|ing)|coat|add|put|wrap|embed|propos|plan|tried|test|mix|print|solved|attach|changed|coupled|disclos|patent|fill|printed)",
    r"\b(?:the|this) (?:trick|secret|key idea|novelty|inventive step)\b",
    r"我(?:们|科|院|所|团队|自己)?.{0,6}(?:设计|发明|研制|研发|开发|做了|做的|想到|想用|想把|提出|改进|改良|构思|的方案|的思路|的结构|的做法|把|用|在|采用)|本人拟|拟公开",
    r"(?:本人|本科室|本团队|我们科|咱们|俺们?).{0,10}(?:设计|发明|研制|研发|做|想|提出|改|用|采用)",
    r"我们?的(?:新|这个|这款|未公开|未发表)?.{0,8}(?:装置|支架|导管|瓣膜|器械|样机|设计|发明|专利|技术|方法|算法|结构|探头)",
)
MATERIAL = either(
    r"\bnitinol\b|\bptfe\b|\bpeek\b|silicone|hydrogel|polymer|polyurethane|titanium|magnesium|polydioxanone|stainless|graphene|piezo\w*|\bfib(?:er|re)s?\b|"
    r"\bcoating\b|\bcoated\b|\bmembrane\b|\bmesh\b|\bbraid\w*|\bspring\b|\bballoon\b|\bhelical\b|\bspiral\b|\bbarbs?\b|\bhooks?\b|\bhinge\w*|\bgroove\w*|"
    r"\blattice\b|\bmicro\w+|\bnano\w+|\belectrode\w*|\bsensor\w*|\bmagnet\w*|\bshape[- ]memory\b|\blumen\b|\bstruts?\b|\bhandle\b|\btip\b|\bsheath\b|"
    r"\bpeptides?\b|\benzymes?\b|\bchitosan\b|\balginate\b|\bheparin\b|\bsilane\b|\bcollagen\b|\bgelatin\w*|\bfibrin\w*|\bthrombin\b|\bwax\b|\bfoam\b|\blatex\b|\bpolyester\b|"
    r"\bactuat\w+|\balgorithm\b|\bneural\b|\bconvolution\w*",
    r"镍钛|记忆合金|硅胶|水凝胶|聚合物|钛合金|镁合金|可降解|聚氨酯|石墨烯|压电|光纤|涂层|覆膜|编织|网格|弹簧|球囊|螺旋|倒刺|倒钩|铰链|凹槽|微针|纳米|电极|传感器|"
    r"磁(?:铁|体|性|场)|形状记忆|内腔|管腔|支撑杆|手柄|头端|鞘管|驱动|算法|神经网络|卷积|单向阀|热敏|温敏|双金属|海绵|泡沫|乳胶|涤纶|多肽|壳聚糖|海藻酸|肝素|硅烷|胶原|明胶|纤维蛋白|凝血酶|透明质酸|白蛋白",
)
MEASURE = either(
    r"\d[\d.,/]*\s?(?:mm|cm|μm|µm|um|nm|microns?|micromet\w+|millimet\w+|kpa|mpa|bar|k?hz|mhz|ghz|w\b|watts?|volts?|v\b|°c?|℃|degrees?|fr\b|gauge|g\b|ms\b|"
    r"seconds?\b|ml|µl|ul|%|per ?cent|毫米|微米|纳米|厘米|度|瓦|[千兆]?赫兹?|伏|秒|毫升|微升|毫特|微安)",
)
MECHANISM = either(
    r"\b(?:compris\w+|consist\w* of|wherein|characteri[sz]ed in|so that|which (?:then )?(?:expand|rotat|releas|lock|deploy|dissolv)\w*|made (?:of|from|out of)|"
    r"works by|by (?:means of|heating|cooling|rotating|expanding|pulling)|instead of|driven by|expands?|rotates?|locks?|deploys?|dissolves?|inflat\w+|"
    r"retract\w+|anchors?|with (?:a|an|two|three|four|six|eight) )",
    r"包括|由.{1,20}(?:组成|构成|制成)|其特征(?:在于|是)|通过.{1,25}(?:实现|控制|驱动|使|来)|采用|利用|从而|使得|当.{1,20}时|内置|嵌入|外层|内层|中间层|"
    r"展开|旋转|锁定|释放|溶解|膨胀|收缩|固定|缠绕|替代|代替|两层|双层|三层",
)
SECRECY = either(
    r"\bunpublished\b|\bnot (?:yet )?(?:been )?(?:published|filed|patented|public|disclosed)\b|\bhaven'?t (?:yet )?(?:published|filed|patented|told|shown|disclosed)\b|"
    r"\bhas(?:n'?t| not) been (?:published|filed|disclosed)\b|\bno(?:body| one)(?: else)? (?:knows|has (?:done|seen|tried|thought))|\bconfidential(?:ly)?\b|\bsecret\b|"
    r"\bbefore (?:we|i) file\b|\bnew (?:idea|design|invention|device|concept)\b|\bnovel\b|\binvention disclosure\b|\bclaim 1\b|\bdraft claims?\b|\bpatent pending\b|\b(?:have not|haven'?t|never) (?:told|shown)|\bjust between us\b|\bin confidence\b",
    r"未公开|没公开|没有公开|尚未(?:公开|发表|申请)|还没(?:有)?(?:公开|发表|申请|告诉|报)|未发表|未申请|没申请|保密|机密|秘密|创新点|首创|首次|独创|没人(?:做|想|试|见|知道)过?|(?:没|未)(?:投稿|发表|对外|外传|跟.{0,4}说|告诉)|别外传|"
    r"交底书|权利要求|新型|全新|新方案|新思路|新设计",
)
SHOWING = either(
    r"\b(?:let me|i'?ll|i will|i want to|i'?d like to|allow me to|shall i)\b.{0,25}\b(?:describe|explain|paste|share|show|tell|walk|give you|outline|disclose)\b|"
    r"\bhere(?:'s| is| are)\b.{0,30}\b(?:design|idea|invention|drawing|claim|how it works|detail|spec|structure|mechanism|concept|disclosure)|"
    r"\b(?:below|following) (?:is|are) (?:my|our|the)\b|\bit works like this\b|\bas follows\b|\b(?:my|the|our) idea is\b|\bhelp me (?:write|draft|refine|improve)\b",
    r"(?:给你|帮我|跟你|向你|和你).{0,8}(?:说|讲|描述|贴|看|介绍|写权利要求|完善|改进|润色)|贴给你|发给你|贴出来|如下|下面是|以下是|具体(?:结构|方案|做法|设计|参数|来说)|"
    r"原理是|结构是|思路是|做法是|(?:方子|配方|工艺|方案|方法|内容)[是：:]|我的想法是|核心是|关键(?:在于|是)",
)
ASKS_ONLY = either(
    r"^(?:how|where|who|when|which|what|can|could|may|do|does|is|are|should|must|will|would)\b[^.]{0,160}\?\s*$|^[^。]{0,70}[？?吗呢]\s*$"
)

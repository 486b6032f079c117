"""Every fixed phrase the assistant says, in both languages, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Language

_PHRASES: dict[str, tuple[str, str]] = {
    "greeting": (
        "Hello. Ask about membership and dues, votes, submitting an idea and who owns it, joint projects, or the device "
        "literature; every answer quotes the documents it rests on.",
        "您好。可以询问会员与会费、表决、创意提交与权利归属、联合项目或者器械文献；每个回答都引用所依据的文件原文。",
    ),
    "about": (
        "I search the Alliance's documents in English and Chinese and quote what they say: membership and dues, votes, submitting "
        "an idea and who owns it, joint projects, the device literature. I give no legal or medical advice, and this chat is "
        "no channel for confidential submissions.",
        "我用中文和英文检索联盟的文件并引用原文：会员与会费、表决、创意提交与权利归属、联合项目、器械文献。我不提供法律或医疗意见，"
        "本对话也不是保密提交渠道。",
    ),
    "thanks": (
        "You are welcome. Ask on whenever you like.",
        "不客气。如有其他问题，请继续提问。",
    ),
    "goodbye": (
        "Goodbye. For a binding statement, ask the Secretariat: {contact}.",
        "再见。如需正式答复，请联系秘书处：{contact}。",
    ),
    "not_found": (
        "The library does not say. Nothing in the documents you may read answers this question.",
        "资料库中没有相关内容。您可查阅的文件中没有能回答这个问题的依据。",
    ),
    "closest": (
        "The topic is in the library, but it may not hold the answer. These are the closest passages; "
        "whether they answer is for you to judge.",
        "资料库涉及这一主题，但未必包含答案。以下为最接近的原文，是否构成答案请自行判断。",
    ),
    "contact": ("Please ask the Secretariat: {contact}.", "请联系秘书处：{contact}。"),
    "nearest": ("Nearest documents: {titles}.", "最相近的文件：{titles}。"),
    "looked_at": (
        "Looked at: {n} passages of documents in force{date}.",
        "已查阅：现行有效文件中的{n}个段落{date}。",
    ),
    "other_language": (
        "The library answers this in {language} only; the quotations are in the original.",
        "资料库仅有{language}资料回答此问题；引文保留原文。",
    ),
    "sample": (
        "Based on SAMPLE documents written for this software, not documents of the Alliance.",
        "依据为本软件编写的示例文件，并非联盟正式文件。",
    ),
    "as_of": (
        "This is the state on {date}, not today's.",
        "以下为{date}当时的规定，并非现行规定。",
    ),
    "undated": (
        "“{title}” states no date of entry into force: it may not have held on {date}.",
        "“{title}”未注明生效日期：在{date}未必有效。",
    ),
    "law_state": (
        "Law is quoted from this project's summary of it as of {date}, not from the official text; later changes are not in "
        "it. It is not legal advice.",
        "所引法律内容为本项目截至{date}的摘要，并非官方文本，未收录此后的修改，也不构成法律意见。",
    ),
    "superseded": (
        "“{old}” is superseded by “{new}”, in force from {date}.",
        "《{old}》已被《{new}》取代，后者自{date}起生效。",
    ),
    "changed": (
        "The newer “{new}”, in force from {date}, says otherwise: {quote}",
        "较新的《{new}》（自{date}起施行）另有规定：{quote}",
    ),
    "changed_since": (
        "This differs from the version before. “{new}”, in force from {date}: {quote} “{old}”, in force until {until}: {before}",
        "此处与前一版本不同。《{new}》（自{date}起施行）：{quote}《{old}》（有效期至{until}）：{before}",
    ),
    "conflict": (
        "Sources differ; each is shown with its version and date.",
        "不同来源的说法不一致；现分别列出并注明版本与日期。",
    ),
    "part_missing": (
        "Not found in the library: “{part}”",
        "资料库中未找到：“{part}”",
    ),
    "draft_only": (
        "Only a draft speaks of this (“{title}”); drafts do not answer.",
        "仅有草案《{title}》涉及此问题；草案不作为回答依据。",
    ),
    "not_yet": (
        "“{title}” speaks of this but takes effect on {date}.",
        "《{title}》涉及此问题，但自{date}起方生效。",
    ),
    "not_passed": (
        "“{title}” speaks of this but was passed only on {date}.",
        "《{title}》涉及此问题，但{date}才通过。",
    ),
    "only_superseded": (
        "Only a superseded document (“{title}”, in force until {date}) speaks of this. Ask with a date to read it.",
        "仅有已失效文件《{title}》（有效期至{date}）涉及此问题。如需查阅，请在提问中注明日期。",
    ),
    "library_changed": (
        "The library changed while this was being answered; this is what it holds now.",
        "作答期间资料库有更新；以下为更新后的内容。",
    ),
    "model_failed": (
        "The chat model did not answer ({reason}); the answer quotes the documents instead.",
        "对话模型未能作答（{reason}）；以下改为直接引用文件原文。",
    ),
    "failed_timeout": ("timed out", "超时"),
    "failed_connection": ("no connection", "无法连接"),
    "failed_status": ("its server answered with status {detail}", "其服务器返回状态码{detail}"),
    "failed_garbled": ("its reply cannot be read", "其回复无法解读"),
    "failed_error": ("error {detail}", "出现错误{detail}"),
    "failed_empty": ("its reply is empty", "其回复为空"),
    "failed_resting": ("left alone for a minute after failures", "多次失败后暂停使用一分钟"),
    "model_cut": (
        "The chat model's reply broke off; only whole sentences of it are shown.",
        "对话模型的回复中断；仅显示其中完整的句子。",
    ),
    "model_found_nothing": (
        "The chat model found no answer in these passages.",
        "对话模型未在这些段落中找到答案。",
    ),
    "withheld": (
        "{n} sentence(s) of the model were withheld: {reasons}.",
        "已隐去模型生成的{n}句话：{reasons}。",
    ),
    "made_up": (
        "The model cited evidence that does not exist ({marks}); only what a document carries is shown.",
        "模型引用了不存在的证据（{marks}）；仅显示有文件依据的内容。",
    ),
    "no_advice": (
        "This is what the literature reports, not medical advice.",
        "以下为文献报道内容，并非医疗建议。",
    ),
}

# Code: kinds of the values ("text", "word", "figure"; the last takes all that are left), then both wordings.
REASONS: dict[str, tuple[str, str, str]] = {
    "quoted": ("", "quoted word for word", "逐字引用"),
    "too_long": ("", "the sentence is too long to check", "句子过长，无法核对"),
    "claims_nothing": ("", "the sentence claims nothing", "句子没有可核对的内容"),
    "no_source": ("", "no source is cited", "没有引用来源"),
    "empty_source": ("", "the cited span is empty", "所引段落为空"),
    "no_citation": ("", "no citation", "没有引用标号"),
    "reaches_out": (
        "",
        "it holds markup, or an address that its source does not have",
        "含有标记代码，或来源中没有的网址",
    ),
    "far": (
        "text",
        "the other-language source is not close (cosine {0})",
        "与另一语言的原文意思不够接近（余弦值{0}）",
    ),
    "low_score": ("text", "its words speak against it (score {0})", "从用词看，原文不支持这句话（得分{0}）"),
    "few_words": ("text", "only {0} of its words stand in the source", "句中只有{0}的用词见于原文"),
    "few_words_of_clause": (
        "text",
        "a clause has only {0} of its words in the source",
        "其中一个分句只有{0}的用词见于原文",
    ),
    "strange": ("text", "the source says nothing of “{0}”", "原文没有提到“{0}”"),
    "name_missing": ("text", "name not in source: {0}", "原文没有的名称：{0}"),
    "figure_missing": ("figure", "number not in source: {0}", "原文没有的数字：{0}"),
    "figure_other": (
        "figure figure",
        "{0} is not in the source, which says {1}",
        "原文没有“{0}”，原文是“{1}”",
    ),
    "belongs": (
        "figure figure",
        "{0} belongs to something else in the source, which says {1}",
        "“{0}”在原文中说的是另一件事，此处原文是“{1}”",
    ),
    "figures_swapped": ("figure figure", "{0} and {1} stand in each other's place", "“{0}”与“{1}”位置颠倒"),
    "label": ("figure figure", "{0} does not stand under {1} in the source", "原文中“{0}”不属于“{1}”"),
    "bound": ("figure figure", "{0} is bounded from the other side: {1}", "“{0}”与原文“{1}”的限定方向相反"),
    "limit": ("figure", "{0} is a limit in the source", "“{0}”在原文中是期限"),
    "only_one": ("figure", "the source allows only one, not {0}", "原文只允许一个，而不是{0}"),
    "figures_compare": (
        "word word",
        "by the source's figures it is {0}, not {1}",
        "按原文数字应为“{0}”，而不是“{1}”",
    ),
    "compare": ("", "the source does not compare these so", "原文没有作这样的比较"),
    "only": ("", "the source does not say only", "原文没有说“仅”"),
    "all": ("", "the source says only, the sentence speaks of all", "原文有限定，句子却说成全部"),
    "condition": ("text", "the source adds a condition: {0}", "原文另有条件：{0}"),
    "overridden": ("text", "the source makes an exception: {0}", "原文另有例外：{0}"),
    "not_spoken_of": ("text", "the source does not speak of {0}", "原文没有提到“{0}”"),
    "spoken_of": ("text", "the source speaks of {0}", "原文说的是“{0}”"),
    "party_absent": ("word", "the source does not speak of the {0}", "原文没有提到{0}"),
    "party_other": (
        "word word",
        "where the sentence says {0}, the source says {1}",
        "句中是{0}，原文是{1}",
    ),
    "parties_swapped": ("", "the parties stand in each other's place", "双方位置颠倒"),
    "doer": (
        "word word",
        "what the sentence says of the {0}, the source says of the {1}",
        "句中归于{0}的内容，原文说的是{1}",
    ),
    "mixed": ("text", "{0} stands with something else in the source", "“{0}”在原文中说的是另一件事"),
    "counts_from": ("text", "the source counts from {0}", "原文从“{0}”起算"),
    "pace": ("word word", "the source says every {0}, not every {1}", "原文是每{0}，而不是每{1}"),
    "before": ("", "the source says before", "原文说的是之前"),
    "after": ("", "the source says after", "原文说的是之后"),
    "opposite": ("text", "the source says {0}, the sentence the opposite", "原文是“{0}”，句子意思相反"),
    "list_item": ("text", "the list of the source does not have “{0}”", "原文所列各项中没有“{0}”"),
    "edited": ("text text", "the source says “{0}”, the sentence “{1}”", "原文是“{0}”，句子是“{1}”"),
    "stance": ("word word", "the source {0} what the sentence {1}", "原文{0}的事，句子却{1}"),
}
"""Why a sentence of a model passed or failed the check."""

FIGURES: dict[str, tuple[str, str]] = {
    "number": ("{0}", "{0}"),
    "dated": ("{0}", "{0}"),
    "money": ("{0} yuan", "{0}元"),
    "percent": ("{0}%", "{0}%"),
    "working_day": ("{0} working day", "{0}个工作日"),
    "day": ("{0} day", "{0}天"),
    "week": ("{0} week", "{0}周"),
    "months": ("{0} months", "{0}个月"),
    "years": ("{0} years", "{0}年"),
    "hour": ("{0} hour", "{0}小时"),
    "article": ("article {0}", "第{0}条"),
    "version": ("version {0}", "{0}版"),
}
"""How the kinds of figures are written in a reason."""

WORDS: dict[str, tuple[str, str]] = {
    "at_least": ("at least ", "至少"),
    "at_most": ("at most ", "至多"),
    "more": ("more", "更多"),
    "less": ("less", "更少"),
    "same": ("same", "相同"),
    "affirms": ("states", "肯定"),
    "denies": ("denies", "否定"),
    "must": ("demands", "要求必须做"),
    "may": ("allows", "允许"),
    "must_not": ("forbids", "禁止"),
    "need_not": ("leaves open", "说成不必"),
    "needs": ("makes depend on something", "附有条件"),
    "day": ("day", "天"),
    "week": ("week", "周"),
    "month": ("month", "月"),
    "quarter": ("quarter", "季度"),
    "half-year": ("half-year", "半年"),
    "year": ("year", "年"),
    "scientific committee": ("scientific committee", "科学委员会"),
    "council member": ("council member", "理事会员"),
    "council": ("council", "理事会"),
    "assembly": ("assembly", "会员大会"),
    "secretariat": ("secretariat", "秘书处"),
    "officer": ("officer", "专员"),
    "case officer": ("case officer", "经办人"),
    "counsel": ("counsel", "外聘法律顾问"),
    "alliance": ("alliance", "联盟"),
    "governing": ("governing", "治理会员"),
    "start-up": ("start-up", "初创会员"),
    "observer": ("observer", "观察员"),
    "applicant": ("applicant", "申请人"),
    "reviewer": ("reviewer", "评审人"),
    "inventor": ("inventor", "发明人"),
    "owner": ("owner", "权利人"),
    "receiving party": ("receiving party", "接收方"),
    "disclosing party": ("disclosing party", "披露方"),
    "hospital": ("hospital", "医院"),
    "clinician": ("clinician", "医生"),
    "individual": ("individual", "个人"),
    "chair": ("chair", "主席"),
    "ethics committee": ("ethics committee", "伦理委员会"),
    "sponsor": ("sponsor", "申办者"),
    "investigator": ("investigator", "研究者"),
    "provider": ("provider", "提供方"),
    "licensor": ("licensor", "许可方"),
    "licensee": ("licensee", "被许可方"),
    "manufacturer": ("manufacturer", "生产企业"),
    "client": ("client", "委托人"),
    "developer": ("developer", "受托人"),
    "member": ("member", "会员"),
    "public": ("public", "公众"),
    "others": ("others", "其他人"),
    "company": ("company", "企业"),
}
"""Parties, stances and measures as a reason names them."""

LANGUAGE_NAMES: dict[Language, tuple[str, str]] = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}


def say(name: str, language: Language, /, **values: object) -> str:
    """Give a fixed phrase in the reader's language.

    Raises:
        KeyError: no phrase of that name, or a value that it needs is missing.
    """
    return _PHRASES[name][0 if language == "en" else 1].format(**values)


def list_values(values: Sequence[str], language: Language) -> str:
    """Join values as the language lists them."""
    return (", " if language == "en" else "、").join(values)


def name_language(named: Language, language: Language) -> str:
    """Name one language in the other."""
    return LANGUAGE_NAMES[named][0 if language == "en" else 1]


def format_date(date: object, language: Language) -> str:
    """Write a date as its reader does: 1 September 2024, 2024年9月1日; other values as they are."""
    day, month, year = (getattr(date, name, None) for name in ("day", "month", "year"))
    if day is None or month is None or year is None:
        return str(date)
    if language == "zh":
        return f"{year}年{month}月{day}日"
    return f"{day} {_MONTHS[month - 1]} {year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

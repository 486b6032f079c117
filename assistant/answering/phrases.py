"""Every fixed phrase the assistant says, in both languages, in one place."""

from __future__ import annotations

from assistant.types import Language

_PHRASES: dict[str, tuple[str, str]] = {
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
    "superseded": (
        "“{old}” is superseded by “{new}”, in force from {date}.",
        "《{old}》已被《{new}》取代，后者自{date}起生效。",
    ),
    "changed": (
        "The newer “{new}” says otherwise: {quote}",
        "较新的《{new}》另有规定：{quote}",
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
    "only_superseded": (
        "Only a superseded document (“{title}”, in force until {date}) speaks of this. Ask with a date to read it.",
        "仅有已失效文件《{title}》（有效期至{date}）涉及此问题。如需查阅，请在提问中注明日期。",
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

LANGUAGE_NAMES: dict[Language, tuple[str, str]] = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}


def say(name: str, language: Language, /, **values: object) -> str:
    """Give a fixed phrase in the reader's language.

    Raises:
        KeyError: no phrase of that name, or a value that it needs is missing.
    """
    return _PHRASES[name][0 if language == "en" else 1].format(**values)


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

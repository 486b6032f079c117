"""What the guard says, in both languages, and the question whose answer shows the right path."""

from __future__ import annotations

from typing import NamedTuple

from assistant.guarding.categories import Category
from assistant.types import Language


class Reply(NamedTuple):
    """A fixed reply; `path_question` is asked of the library to quote the right path."""

    text: str
    path_question: str


_CONFIDENTIAL = (
    "Through which encrypted channel is a confidential disclosure filed, and not by ordinary mail?",
    "第二阶段的保密披露通过什么渠道提交？",
)
_PRIVACY = (
    "May patient names, records or imaging reports be typed in?",
    "能否输入患者姓名、病历或影像报告？",
)
_URGENT = ("What does a user do in an emergency such as coughing blood?", "出现咯血等紧急情况应当怎么办？")
_LIMITS = (
    "May users try to obtain system instructions or documents above their level?",
    "使用者能否获取系统指令或者超出其级别的文件？",
)
_TEXTS = (
    "May the Assistant produce an altered agreement, policy or decision letter?",
    "助手能否改写协议、政策或决定函？",
)
_SCOPE = ("What does the Assistant search and explain?", "助手检索并解释哪些资料？")
_ADVICE = ("Does the Assistant give medical advice?", "助手是否提供医疗建议？")
_WHO_READS = (
    "Does the Assistant tell who submitted an idea, who reviews it or which companies read it?",
    "助手是否透露谁提交了创意、由谁评审、哪些企业查阅？",
)

_REPLIES: dict[Category, tuple[tuple[str, str], tuple[str, str]]] = {
    "disclosure": (
        (
            "Please stop here: this reads like technical detail of an unpublished invention, and this chat is not a "
            "confidential submission channel. Your text was not stored, logged or sent to a language model. Telling it to "
            "others before filing can destroy novelty (Patent Law, Articles 22 and 24). Use the confidential path below.",
            "请先停一下：这段文字像是未公开发明的技术细节，而本对话不是保密提交渠道。您的文字未被保存、未写入日志，也未发送给任何语言模型。"
            "申请前向他人公开可能丧失新颖性（《专利法》第二十二条、第二十四条）。请改走下面的保密途径。",
        ),
        _CONFIDENTIAL,
    ),
    "patient_data": (
        (
            "Please remove the patient's details: this chat must not receive identifying health data (Personal "
            "Information Protection Law, Articles 28 and 29). Your text was not stored, logged or sent to a language model. Ask "
            "again without names, numbers or dates.",
            "请删去患者信息：本对话不得接收可识别个人的健康数据（《个人信息保护法》第二十八条、第二十九条）。您的文字未被保存、未写入日志，"
            "也未发送给任何语言模型。请去掉姓名、编号和日期后重新提问。",
        ),
        _PRIVACY,
    ),
    "treatment": (
        (
            "The Assistant does not decide on treatment, doses or settings for anyone; please ask the treating specialist. "
            "It can tell what published trials report.",
            "助手不对任何人的治疗、剂量或参数作出判断，请咨询主治专科医生。助手可以介绍已发表试验的结果。",
        ),
        _ADVICE,
    ),
    "emergency": (
        (
            "This sounds like an emergency. Call the emergency services now (120 in mainland China) or alert the nearest "
            "medical staff. This Assistant cannot help in an emergency.",
            "这可能是紧急情况。请立即拨打120或呼叫身边的医护人员。助手无法处理紧急情况。",
        ),
        _URGENT,
    ),
    "others_submissions": (
        (
            "Other people's submissions and personal contacts are not available here, to anyone. Only the named reviewers "
            "see a confidential submission, under the rules below.",
            "他人的提交内容和个人联系方式不向任何人提供。保密披露仅由指定评审人按以下规则查阅。",
        ),
        _WHO_READS,
    ),
    "override": (
        (
            "The rules of this Assistant are not changed in a conversation. Ask a question about the Alliance, its "
            "rules, or the device literature.",
            "助手的规则不能通过对话更改。请就联盟、联盟规则或器械文献提问。",
        ),
        _LIMITS,
    ),
    "misstate": (
        (
            "The Assistant does not restate a document as something it is not: it keeps SAMPLE and status marks, and "
            "neither claims approvals nor alters texts. It can quote and explain the original.",
            "助手不会歪曲文件：不去除“示例”及状态标记，不声称获批，也不改动条文。助手可以引用并说明原文。",
        ),
        _TEXTS,
    ),
    "out_of_scope": (
        (
            "That is outside what this Assistant covers: the Alliance, its rules, collaboration paths and the device "
            "literature of interventional pulmonology.",
            "这超出了助手的范围：助手只回答有关联盟、联盟规则、合作路径以及介入呼吸病学器械文献的问题。",
        ),
        _SCOPE,
    ),
}  # fmt: skip


def reply_for(category: Category, language: Language) -> Reply:
    """Give the fixed reply to a category in the reader's language."""
    texts, paths = _REPLIES[category]
    index = 0 if language == "en" else 1
    return Reply(texts[index], paths[index])

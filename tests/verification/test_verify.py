"""A verbatim sentence passes, an added figure never does, and wordings that mean the same pass."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Verdict
from assistant.verification.reasons import because, say_reason
from assistant.verification.verify import MAX_CLAIM_CHARS, Source, verify

STORAGE = (
    "Disclosures are stored encrypted on servers in Shanghai for seven years; access logs are kept for two years "
    "and reviewed monthly by the Compliance & IP Officer."
)
TRIAL = "Sensitivity was 88 % for EBUS and 69 % for mediastinoscopy."
ROYALTIES = (
    "Royalties from a joint patent are divided in proportion to the contributions, unless the partners agree "
    "otherwise in writing before filing. Each partner bears its own costs."
)
PUBLISHING = "The Alliance may publish the summary only after the patent has been filed."
COPYING = "未经披露方书面同意，接收方不得复制材料。"
LOGO = "观察员单位不得使用联盟标识，经秘书处书面许可的除外。许可有效期一年，期满可以续展，续展次数不限。"
DUES = "会员应当在每年3月31日前缴纳会费，逾期超过60日的中止权利。"
SAMPLES = (
    "样品的运输费用由提供方承担，保险由接收方购买；样品毁损的，接收方不承担赔偿责任，故意或者重大过失的除外。"
)


def said(verdict: Verdict) -> list[str]:
    """Word the reasons of a verdict in English."""
    return [say_reason(reason, "en") for reason in verdict.reasons]


FAITHFUL = [
    (STORAGE, "Access logs are retained for two years."),
    (STORAGE, "The Compliance & IP Officer checks the access logs every month."),
    (STORAGE, "Encrypted disclosures stay on servers in Shanghai for 7 years."),
    (TRIAL, "Sensitivity was higher with EBUS than with mediastinoscopy."),
    (TRIAL, "Mediastinoscopy had a sensitivity of 69 %."),
    (ROYALTIES, "Partners may agree on another division in writing before filing."),
    (PUBLISHING, "Once the patent is filed, the Alliance may publish the summary."),
    ("The minutes are not public, except the list of decisions.", "Only the list of decisions is public."),
    ("Clinicians are not obliged to disclose data.", "Clinicians do not have to disclose data."),
    ("Each reviewer gets at most five disclosures.", "No reviewer gets more than five disclosures."),
    (COPYING, "接收方经披露方书面同意后可以复制材料。"),
    (LOGO, "未经秘书处书面许可，观察员单位不得使用联盟标识。"),
    (LOGO, "许可的有效期为一年，可以多次续展。"),
    (DUES, "会员须于3月31日以前交会费。"),
    (SAMPLES, "除故意或者重大过失外，接收方对样品毁损不负赔偿责任。"),
    (
        "Slides may be shown abroad once they have been cleared.",
        "Slides may not be shown abroad before they have been cleared.",
    ),
    (
        "The lab must destroy the tubes within 30 days, except where a court orders otherwise.",
        "Unless a court orders otherwise, the lab must destroy the tubes within 30 days.",
    ),
    ("A member in arrears loses its vote.", "A member in arrears does not keep its vote."),
    ("Of all patients 34 % coughed.", "About a third of all patients coughed."),
    (
        "Licensors see the draft first. They may comment on it within 10 days; owners read it later.",
        "Licensors may comment on the draft within 10 days.",
    ),
    ("Applying is free of charge.", "There is no fee for an application."),
    (
        "The grant is paid after the report has been approved.",
        "The grant is paid only after approval of the report.",
    ),
    (
        "Samples are not sent abroad without an import check.",
        "An import check is required before samples are sent abroad.",
    ),
    (
        "A partner may publish without the consent of the others.",
        "A partner may publish.",
    ),
    ("Small companies pay half the fee.", "The fee is halved for small companies."),
    (
        "The Council may extend the term once by 5 days.",
        "Before it ends, the Council may extend the term once by 5 days.",
    ),
    ("感染患者禁用活瓣。", "感染患者不能使用活瓣。"),
    ("创意未被采纳的，材料退还发明人。", "未被采纳的创意，其材料退还发明人。"),
    ("The tube is left in place for three days.", "The tube stays in place for three days."),
    ("转让合同须经对方同意。", "未经对方同意，不得转让合同。"),
    ("只有发明人可以撤回。", "除发明人外，任何人不得撤回。"),
    ("用量不应超过8毫克。", "用量最多8毫克。"),
    ("外观设计专利不满足该条件。", "外观设计专利不能满足该条件。"),
    ("会员在缴清会费前没有表决权。", "会员没缴清会费之前不能表决。"),
    ("名单经审核并经发明人同意后，可以公布。", "名单未经审核或者未经发明人同意的，不得公布。"),
    ("直径8毫米以上的球囊不得使用。", "只能使用直径小于8毫米的球囊。"),
    ("摘要由全体作者签署。", "摘要须所有作者签字。"),
    (
        "秘书处在5个工作日内发出决定函。",
        "The Secretariat sends the decision letter within five working days.",
    ),
]
CONTRADICTED = [
    (STORAGE, "Access logs are kept for seven years.", "belongs to something else"),
    (STORAGE, "The Compliance & IP Officer reviews the access logs every year.", "every month"),
    (STORAGE, "The Secretariat reviews the access logs monthly.", "does not speak of the secretariat"),
    (TRIAL, "Mediastinoscopy had a sensitivity of 88 %.", "belongs to something else"),
    (TRIAL, "Sensitivity was lower with EBUS than with mediastinoscopy.", "by the source's figures"),
    (PUBLISHING, "The Alliance may publish the summary.", "adds a condition"),
    (PUBLISHING, "The Alliance may publish the summary before the patent has been filed.", "says after"),
    ("Dues fall from 30,000 yuan to 20,000 yuan.", "Dues rise from 20,000 yuan to 30,000 yuan.", "opposite"),
    ("Members may attend.", "Members must attend.", "allows what the sentence demands"),
    ("Members need not attend.", "Members must not attend.", "leaves open what the sentence forbids"),
    ("At most three reviewers read an idea.", "At least three reviewers read an idea.", "from the other side"),
    ("Rule 4 applies to all members.", "Rule 4 applies only to founding members.", "does not say only"),
    (COPYING, "接收方可以复制材料。", "forbids what the sentence allows"),
    (COPYING, "接收方无须披露方同意即可复制材料。", "the source"),
    (LOGO, "许可期满后最多续展一次。", "opposite"),
    (DUES, "会员应当在每年3月31日后缴纳会费。", "from the other side"),
    (DUES, "逾期超过31日的中止权利。", "31 day"),
    (SAMPLES, "接收方承担样品的运输费用。", "提供方|provider"),
    (SAMPLES, "样品毁损的，接收方一律不承担赔偿责任。", "adds a condition"),
    ("Files must arrive no later than 5 May.", "Files must arrive no earlier than 5 May.", "other side"),
    ("Members in arrears lose their vote.", "Members in arrears keep their vote.", "the source"),
    ("A stent is removed within a year, unless the board decides otherwise.", "A stent is always removed within a year, whatever the board decides.", "makes an exception"),
    ("Members more than 90 days late lose their vote.", "All members lose their vote.", "speaks of all"),
    ("Migration was more frequent with bare stents.", "Migration was less frequent with bare stents.", "the opposite"),
    ("员工不足20人的企业减半缴费。", "所有企业减半缴费。", "speaks of all"),
    ("秘书处可以应申请人的请求延长期限。", "秘书处必须应申请人的请求延长期限。", "allows what the sentence demands"),
    ("Member dues are waived; all others pay 800 yuan.", "Members pay 800 yuan.", "the source says of the others"),
    ("医院取得净收入的30%。", "医院取得毛收入的30%。", "opposite"),
    ("Voting is secret when persons are elected.", "Voting is always secret.", "adds a condition"),
    ("A licence unused for three years lapses after a warning of six months.", "A licence unused for six months lapses after a warning of three years.", "each other's place"),
    ("用量不应超过8毫克。", "用量不应少于8毫克。", "other side"),
    ("The Chinese text prevails.", "The English text prevails.", "the opposite"),
    ("Minutes are open to all members.", "Minutes are open to the public.", "does not speak of the public"),
    ("The window starts on the day the inventor is notified.", "The window starts on the day the inventor submits the idea.", "counts from"),
    ("A device leaves the ward with the signature of the head nurse.", "A device leaves the ward with the signature of the porter.", "the source says head nurse"),
    ("设备须经科室主任签字方可带出。", "设备须经护士长签字方可带出。", "the source says 科室主任"),
    ("专家组由两名医生、一名工程师组成。", "专家组由一名医生、两名工程师组成。", "each other's place"),
    ("本库不收录禁止出口的技术目录。", "本库收录了禁止出口的技术目录。", "the source"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "claim"), FAITHFUL, ids=[claim for _, claim in FAITHFUL])
def test_a_faithful_rewording_is_supported(source: str, claim: str) -> None:
    verdict = verify(claim, [Source(source)])
    assert verdict.label == "supported", verdict.reasons


@pytest.mark.parametrize(("source", "claim", "reason"), CONTRADICTED, ids=[row[1] for row in CONTRADICTED])
def test_a_contradiction_is_named(source: str, claim: str, reason: str) -> None:
    verdict = verify(claim, [Source(source)])
    assert verdict.label == "contradicted"
    assert any(part in " ".join(said(verdict)) for part in reason.split("|")), verdict.reasons


def test_a_sentence_from_elsewhere_is_unsupported() -> None:
    verdict = verify("Penguins breed on sea ice in winter.", [Source(STORAGE)])
    assert verdict.label == "unsupported"
    assert "few_words" in [reason.code for reason in verdict.reasons]


def test_a_name_that_no_source_has_is_reported() -> None:
    verdict = verify("Access logs are kept by Siemens for two years.", [Source(STORAGE)])
    assert "name not in source: Siemens" in said(verdict)


def test_headings_carry_words_and_versions() -> None:
    claim = "Under IP Policy v2.0 the review takes 30 working days."
    bare = Source("The review takes 30 working days.")
    assert verify(claim, [bare]).label != "supported"
    assert verify(claim, [bare._replace(context="IP Policy v2.0")]).label == "supported"


def test_a_sentence_of_two_sources_rests_on_both_together() -> None:
    first, second = Source("The review takes 30 days."), Source("The letter is sent within 60 days.")
    claim = "The review takes 30 days, and the letter is sent within 60 days."
    assert verify(claim, [first]).label != "supported"
    assert verify(claim, [first, second]).label == "supported"


def test_a_far_source_in_the_other_language_is_refused_by_its_cosine() -> None:
    source = [Source("秘书处在5个工作日内发出决定函。")]
    claim = "The Secretariat sends the decision letter within five working days."
    assert verify(claim, source, similarity=lambda text, others: [0.9 for _ in others]).label == "supported"
    far = verify(claim, source, similarity=lambda text, others: [0.7 for _ in others])
    assert far.label == "unsupported"
    assert "cosine 0.70" in said(far)[0]


def test_nothing_cited_and_nothing_claimed_are_said() -> None:
    assert verify("Dues are 5,000 yuan.", []).reasons == (because("no_source"),)
    assert verify("Dues are 5,000 yuan.", [Source(" ")]).reasons == (because("empty_source"),)
    assert verify("—", [Source(STORAGE)]).reasons == (because("claims_nothing"),)


def test_a_passage_of_480_tokens_is_checked_at_once() -> None:
    passage = " ".join((STORAGE, TRIAL, ROYALTIES, PUBLISHING)) * 5
    verify("Access logs are kept for two years.", [Source(passage)])
    started = time.process_time()
    for number in range(20):
        verify(f"Access logs of server {number} are kept for two years.", [Source(passage)])
    assert (time.process_time() - started) / 20 < 0.05  # 3 ms on an idle machine


words = st.sampled_from(
    "members must may not pay dues within thirty days 30 % the council only if unless consent Article 5 v2.0 "
    "会员 应当 不得 缴纳 会费 三十日 内 ， 。 ; , . 2024-09-01 5万元 higher than before after".split()
)
texts = st.one_of(st.lists(words, max_size=14).map(" ".join), st.text(max_size=60))
sentences = st.sampled_from(
    [*(s.strip() for row in FAITHFUL for s in row[0].split(". ") if s.strip()), *(r[0] for r in CONTRADICTED)]
)


@given(texts, st.lists(texts, max_size=3))
@settings(max_examples=80, deadline=None)
def test_any_text_gets_the_same_verdict_whatever_the_order(claim: str, sources: list[str]) -> None:
    cited = [Source(text) for text in sources]
    verdict = verify(claim, cited)
    assert verify(claim, cited[::-1]) == verdict
    assert verdict.label == "supported" or verdict.reasons
    assert 0 <= verdict.score <= 1


@given(sentences, st.lists(sentences, max_size=3), st.lists(sentences, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_verbatim_sentence_is_supported(sentence: str, before: list[str], after: list[str]) -> None:
    passage = "\n".join((*before, sentence, *after))
    assert verify(sentence, [Source(passage)]).label == "supported"


@given(sentences, st.integers(min_value=701, max_value=899))
@settings(max_examples=40, deadline=None)
def test_an_added_figure_is_never_supported(sentence: str, number: int) -> None:
    claim = f"{sentence.rstrip('.。')} {number} %."
    assert verify(claim, [Source(sentence)]).label != "supported"


@given(
    sentences,
    st.integers(min_value=0, max_value=9),
    st.sampled_from(["", "According to the rules, ", "根据规定，"]),
)
@settings(max_examples=60, deadline=None)
def test_a_copy_without_its_full_stop_or_with_a_lead_in_is_supported(
    sentence: str, cut: int, lead: str
) -> None:
    claim = lead + sentence.rstrip(".。") + ("" if cut % 2 else ".")
    assert verify(claim, [Source(sentence)]).label == "supported", claim


@given(sentences)
@settings(max_examples=40, deadline=None)
def test_a_changed_figure_is_never_supported(sentence: str) -> None:
    figures = list(re.finditer(r"(?<![\d.,])\d{1,3}(?![\d.,]*\d)", sentence))
    for figure in figures:
        other = str(int(figure.group()) + 417)
        claim = sentence[: figure.start()] + other + sentence[figure.end() :]
        assert verify(claim, [Source(sentence)]).label != "supported", claim


HOSTILE = [
    "\x00",
    "\ufdfa" * 50,
    "\ud800",
    "\udfff不得",
    "½ ⅓ ㉈ 〇",
    "1" * 5_000,
    "不" * 3_000,
    "(" * 2_000,
    "a,b;c" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gets_a_verdict(text: str) -> None:
    for claim, source in (
        (text, STORAGE),
        (STORAGE, text),
        (text, text + STORAGE),
        (f"{STORAGE} {text}", STORAGE),
    ):
        assert verify(claim, [Source(source)]).label in ("supported", "unsupported", "contradicted")


@pytest.mark.parametrize(
    "unit", ["Members must not pay 30 % within 5 days. ", "会员不得在30日内缴纳会费，", "word ", "不"]
)
def test_a_megabyte_is_judged_in_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    assert verify(text, [Source(STORAGE)]).label != "supported"
    verify("Access logs are kept for two years.", [Source(text)])
    assert time.process_time() - started < 20


hostile = st.one_of(
    st.text(max_size=80), st.text(alphabet="不得可0９一，。;\n\ud800\u202e½%/ aN", max_size=60), texts
)


@given(hostile, st.lists(st.tuples(hostile, hostile), max_size=3), st.floats(-1, 1))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_gets_one_bounded_verdict(
    claim: str, spans: list[tuple[str, str]], cosine: float
) -> None:
    cited = [Source(*span) for span in spans]
    verdict = verify(claim, cited, similarity=lambda _, others: [cosine for _ in others])
    assert 0 <= verdict.score <= 1
    assert verify(claim, cited, similarity=lambda _, others: [cosine for _ in others]) == verdict
    for reason in verdict.reasons:
        assert say_reason(reason, "en")
        assert say_reason(reason, "zh")


@given(hostile, hostile, hostile)
@settings(max_examples=80, deadline=None)
def test_a_quotation_of_whole_sentences_is_supported_or_claims_nothing(
    before: str, quote: str, after: str
) -> None:
    verdict = verify(quote, [Source(f"{before}\n{quote}\n{after}")])
    assert verdict.label == "supported" or verdict.reasons == (because("claims_nothing"),)


@pytest.mark.parametrize("length", [MAX_CLAIM_CHARS, MAX_CLAIM_CHARS + 1, 50 * MAX_CLAIM_CHARS])
@pytest.mark.parametrize("unit", ["\U0001f9ea", "不得在30日内，", "no member may, unless 5 % "])
def test_a_text_of_any_length_is_judged_in_bounded_time(unit: str, length: int) -> None:
    text = (unit * length)[:length]
    started = time.process_time()
    verify(text, [Source(text)])
    verify(STORAGE, [Source(text, text)])
    assert time.process_time() - started < 20

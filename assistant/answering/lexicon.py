"""Everyday wordings of one thing under one name, in both languages: submit, hand in, file, 提交, 递交.

Only words that rules and contracts use for the same act are listed; a word outside the table stands for itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from assistant.words import CJK, STOP_ZH, lexical_terms

# name: English wordings | Chinese wordings, each list comma-separated; the name is an English wording too.
_TABLE = """
submit: hand in, send in, lodge | 提交, 递交, 提出, 报送, 投递
apply: application, applicant | 申请, 报名
file: filing | 申报, 备案
send: sent, send, issue, dispatch, mail, deliver, circulate | 发出, 寄发, 寄送, 寄给, 发送, 送达, 发给, 寄
receive: receipt, arrive, arrival, get, obtain, gain | 收到, 取得, 获得, 接到, 拿到, 得到
return: sent back, send back, give back, hand back | 退还, 归还, 返还, 退回
destroy: destruction, shred | 销毁, 毁掉
delete: erase, deletion | 删除, 清除
keep: kept, retain, retention, store, preserve, hold | 保存, 保留, 留存, 密存, 持有
secret: secrecy, confidential, confidentiality | 保密, 秘密, 机密
disclose: disclosure, reveal | 披露, 泄露, 透露
publish: publication, make public, made public, announce, announced, announcement | 公开, 发表, 公布, 公告, 发布
notify: notice, notification, inform, tell, told, report, reported | 通知, 告知, 报告, 知会
confirm: confirmation, acknowledge | 确认, 证实
written: in writing, writing, write | 书面, 文字
oral: orally, verbal, spoken | 口头
pay: paid, payment, owe, charge, remit | 缴纳, 支付, 付费, 付钱, 付款, 缴清, 交纳, 缴
fee: fees, cost, costs, price, free of charge, cost nothing, costs nothing, at no cost | 费用, 收费, 免费, 评审费
dues: membership fee | 会费
income: revenue, proceeds, turnover, earnings | 收入, 收益, 营业额
share: portion, cut | 份额, 比例, 分成
refund: reimburse, repay | 退款
read: reading, see, view, look, inspect, access, consult | 查阅, 阅读, 看到, 查看, 阅看, 审阅
review: examine, examination, assess, assessment, evaluation, appraise | 评审, 审查, 审核, 核查, 审议, 检查
check: screening, screen | 筛查
decide: decision, resolve, resolution | 决定, 决议
vote: voting, ballot | 表决, 投票
approve: approval, authorise, authorisation, clear | 批准, 核准, 审批, 通过
consent: agree, agreeing, agreement, assent, permission | 同意, 点头, 认可, 约定, 协议
contract: | 合同
adopt: adopted, pass, passed | 通过, 采纳
reject: decline, declined, refuse, refusal, turn down | 驳回, 拒绝, 不予采纳
accept: acceptance, admit, admission, admitted | 受理, 接受, 接纳, 入会
withdraw: withdrawal, leave, leaving, quit, resign, exit | 退出, 撤回, 离开, 离职, 退会
expel: expulsion, exclude | 除名, 开除
end: terminate, termination, expire, expiry, lapse, cease | 终止, 结束, 届满, 到期, 期满, 为止
start: begin, commence | 开始, 起算, 启动
suspend: suspension, stand still, stands still, pause | 暂停, 中止
extend: extension, prolong, postpone, delay, delayed, hold back, hold it back | 延长, 推迟, 延至, 延到, 延期, 顺延
renew: renewal, renewed, reappoint | 连任, 续期, 续任, 续展
serve: service, term, tenure | 任期, 任职
change: amend, amendment, modify, modification, revise, revision, alter | 修改, 修订, 变更, 改动
replace: supersede, succeed | 取代, 代替, 替代
apply to: in force, effective, take effect, enter into force, valid | 施行, 生效, 适用, 有效, 实施
grant: award, confer, give, gave, given, allow | 授予, 给予
use: using, exploit, usage, employ | 使用, 利用, 用于, 用在, 用作, 选用, 运用, 用
assign: assignment, transfer | 转让, 让与
licence: license, licensing | 许可, 授权
own: owner, proprietor, right holder | 权利人, 所有人, 归属, 属于, 归
object: objection, oppose | 反对, 异议
petition: appeal, complaint | 申诉, 复议
answer: reply, respond, response | 答复, 回复, 回应
ask: request, demand | 请求, 要求
supply: provide, furnish, submit missing, make up | 补齐, 补正, 补充, 补交, 提供
missing: lacking, incomplete | 缺件, 缺少
declare: declaration, statement, state | 声明, 申报, 说明, 陈述
reason: reasons, grounds | 理由, 原因
prove: proof, evidence | 证明, 证据
limit: ceiling, cap, upper limit | 上限, 限额, 最高, 期限
deadline: due | 时限, 截止
meeting: session, congress | 会议, 大会
attend: attendance, present | 出席, 到场, 列席, 参加
name: named, list, listed | 列名, 姓名, 名单
separate: separately, individually | 分别, 逐一, 逐家, 逐件
joint: jointly, together, common | 共同, 联合
prior: beforehand, in advance, early, previously | 事先, 提前, 预先, 事前, 先
immediate: immediately, at once, straight away, without delay | 立即, 立刻, 马上, 即时
again: reapply, once more | 重新, 再次, 再
condition: requirement, prerequisite | 条件, 要件, 前提
accuracy: yield | 准确率, 诊断率
country: abroad, foreign | 外国, 境外, 国外
employer: employing, workplace | 单位, 雇主
material: materials, document, documents, papers | 材料, 文件, 资料
idea: ideas | 创意, 点子, 想法
patent: patents, patented | 专利, 专利权
inventor: invention, invent | 发明
invention: inventions | 发明
docket: docketed | 立案
letter: letters | 函
company: companies, corporation, firm | 企业, 公司
policy: rules | 政策, 办法, 规则
majority: | 多数, 过半
device: devices | 器械
trial: trials | 试验
patient: patients | 患者, 病人
treat: treatment | 治疗
diagnose: diagnosis, diagnostic | 诊断
statistics: statistic | 统计
data: | 数据
protect: protection, protected | 保护
breach: violate, violation, infringe | 违反, 违背
fine: penalty | 罚款, 处罚
mean: means, amount, count, constitute | 构成, 等于, 视为
form: formal | 形式
complete: completed, finish, do, done, carry out | 完成, 做出, 办理
member: members, membership | 会员
list: | 清单
language: | 语言
benefit: advantage, interest, interests | 利益, 好处
bear: | 承担, 负担
fail: failure | 失败
reach: reached, meet, met, satisfy, fulfil | 达到, 满足, 符合
difference: differ | 差别, 差异, 差值
hold window: window | 谈判期
negotiate: negotiation | 谈判
speak: | 发言
group: arm | 组
rate: | 率
trade: commercial | 商业
"""


def _read_table() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    stems: dict[str, str] = {}
    phrases: dict[str, str] = {}
    chinese: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        name, _, rest = line.partition(":")
        english, _, foreign = rest.partition("|")
        concept = "=" + name.strip()
        for wording in [name, *english.split(",")]:
            terms = lexical_terms(wording)
            if " " in wording.strip() and len(wording.split()) > 1:
                phrases.setdefault(wording.strip(), concept)
            elif len(terms) == 1:
                stems.setdefault(terms[0], concept)
        for wording in foreign.split(","):
            if wording.strip():
                chinese.setdefault(wording.strip(), concept)
    return stems, phrases, chinese


_STEMS, _PHRASES, _CHINESE = _read_table()


_IS_CJK = re.compile(rf"[{CJK}]")
_LONGEST = max(map(len, _CHINESE))
_PRIVATE = 0xE000  # phrases become one private character each, so that one token pattern finds them
_PHRASE = re.compile(rf"\b(?:{'|'.join(re.escape(p) for p in sorted(_PHRASES, key=len, reverse=True))})\b")
_PHRASE_MARKS = {phrase: f" {chr(_PRIVATE + i)} " for i, phrase in enumerate(_PHRASES)}
_MARKED = {mark.strip(): _PHRASES[phrase] for phrase, mark in _PHRASE_MARKS.items()}
_TOKEN = re.compile(
    rf"[{CJK}]+|\d+[a-z](?![a-z])|\d+(?:[.,:/-]\d+)*%?|[^\W\d_{CJK}](?:[^\W{CJK}]|['’-](?=[^\W{CJK}]))*|[\ue000-\uefff]"
)
_VERSION = re.compile(r"v\d+")
_NEGATIVE_PREFIX = re.compile(r"^(?:un|non-?)(?=[a-z]{5})")
# Words of stance, number and frame; other checks read them.
_FRAME = frozenset(
    "must may might shall should will would can cannot could not no nor never none nothing nobody need needs needed ought without "
    "unless except required require requires obliged entitled allowed allow allows permitted permit permits prohibited forbidden "
    "day days week weeks month months year years hour hours working business calendar yuan rmb percent per cent "
    "stay stays stayed remain remains remained open "
    "forbid forbids possible impossible necessary mandatory optional let lets free able also yet even still however already per "
    "via upon within least most every everyone anyone someone two three four five six seven eight nine ten twenty thirty forty "
    "fifty sixty seventy eighty ninety hundred thousand million first second third half less fewer latest earliest maximum minimum january "
    "february march april june july august september october november december".split()
)
_PLAIN = frozenset("under union unit unite universal university unique until nonetheless".split())
# Function characters and modal words; they cut a run and are no terms.
_CUT_WORDS = (
    "不得",
    "可以",
    "应当",
    "必须",
    "没有",
    "只有",
    "无需",
    "无须",
    "不必",
    "需要",
    "如果",
    "除非",
    "以及",
    "或者",
    "工作日",
    "自然日",
)
_CUT = (STOP_ZH - set("对多少如上")) | frozenset(
    "不未无没由被向将须应可也并且但自起内按从到时后前就要把所者其此该仅只均各方才再使得"
)


@functools.lru_cache(maxsize=65_536)
def _word_terms(word: str) -> tuple[str, ...]:
    if word in _FRAME:
        return ()
    terms = tuple(_STEMS.get(term, term) for term in lexical_terms(word))
    if terms and _NEGATIVE_PREFIX.match(word) and word not in _PLAIN:
        bare = tuple(_STEMS.get(term, term) for term in lexical_terms(_NEGATIVE_PREFIX.sub("", word)))
        return bare if bare and bare[0].startswith("=") else terms
    return terms


@functools.lru_cache(maxsize=8_192)
def _run_terms(run: str) -> tuple[str, ...]:
    """Cut a Chinese run at listed wordings and function words; what is left becomes bigrams."""
    terms: list[str] = []
    rest, at = "", 0
    while at < len(run):
        for length in range(min(_LONGEST, len(run) - at), 0, -1):
            piece = run[at : at + length]
            concept = _CHINESE.get(piece)
            if concept or piece in _CUT_WORDS or (length == 1 and piece in _CUT):
                terms.extend(_bigrams(rest))
                rest = ""
                terms.extend([concept] if concept else [])
                at += length
                break
        else:
            rest += run[at]
            at += 1
    terms.extend(_bigrams(rest))
    return tuple(terms)


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def find_terms(text: str) -> list[str]:
    """List the content terms of a text in order: `=name` for a listed wording, else stems and CJK bigrams."""
    folded = unicodedata.normalize("NFKC", text).lower()
    marked = _PHRASE.sub(lambda match: _PHRASE_MARKS[match.group()], folded)
    terms: list[str] = []
    for token in _TOKEN.findall(marked):
        if token in _MARKED:
            terms.append(_MARKED[token])
        elif (
            _VERSION.fullmatch(token)
            or token.isdigit()
            or token[:-1].replace(".", "").replace(",", "").isdigit()
        ):
            continue  # figures are compared as facts
        elif not _IS_CJK.match(token):
            terms.extend(_word_terms(token))
        else:
            terms.extend(_run_terms(token))
    return terms

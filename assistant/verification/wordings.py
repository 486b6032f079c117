"""The table of everyday wordings that `lexicon` reads: what a thing is called in both languages.

A line is `name: English wordings | Chinese wordings`, each list comma-separated; the name is an English
wording too. Only words that mean the same act or thing in rules, contracts and device literature are listed.
"""

TABLE = """
royalty: royalties, licence fee, licence fees, license fee | 许可费, 使用费
secret ballot: by secret ballot | 无记名, 秘密投票
warn: warning, advance notice | 预告, 警告, 预先通知
sign: signed, signature, signatory | 签署, 签字, 签名, 签订
enrol: enroll, enrolment, enrollment, recruit, recruitment | 入组, 招募
show: display, displayed, exhibit, present | 展示, 展出, 演示
promote: promotion, promotional | 推销, 推广, 促销
insure: insurance, insured | 保险, 投保
staff: personnel, employee, employees | 工作人员, 员工, 职工
meal: meals, food | 餐费, 用餐, 伙食
sample: samples, specimen, specimens | 样本, 样品, 标本
protocol: protocols | 方案
amend protocol: | 方案修改
abstract: abstracts, summary, summaries | 摘要, 概要
anonymous: anonymise, anonymised, anonymize, anonymized, de-identified | 匿名化, 匿名, 去标识化
place: placement, placed, insert, insertion, inserted, implant, implantation | 置入, 植入, 放置
remove: removal, removed, take out, taken out, extract | 取出, 移除, 拔除
convene: call a meeting, summon | 召集, 召开, 举行
quarterly: every quarter, each quarter, quarter | 每季度, 每季, 一季度
monthly: every month, each month | 每月, 一个月一次
lag: arrears, overdue, behind with, outstanding | 拖欠, 欠缴, 逾期未缴
fund: funding, funded, grant money, subsidy | 资助, 经费, 拨款
file copy: original, originals | 原件, 正本
partner: partners, cooperate, cooperation, collaborate, collaboration | 合作方, 合作伙伴, 合作
team: group of experts, panel, expert panel | 专家组, 小组
engineer: engineers | 工程师
surgeon: surgeons | 外科医生
representative: representatives, delegate, delegates | 代表
inflate: inflation, inflated | 充盈, 充气
balloon: balloons | 球囊
frequent: common, commonest, often | 常见, 多见
prevail: precedence, govern, takes precedence | 为准, 优先
legal: lawful, lawfully | 合法
seal: sealed | 密封, 封存
train: training, course, courses | 培训
equipment: instrument, instruments | 设备
purchase: buy, bought, procure, procurement | 购买, 采购
sell: sale, sold, sales | 销售, 出售
manufacture: produce, production, manufacturing | 生产, 制造
inspect: inspection, audit, audited | 稽查, 审计, 核验
appoint: appointed, appointment, nominate, nominated | 任命, 聘任, 委派, 推荐
elect: election, elected | 选举, 选出
dissolve: dissolution, wind up | 解散, 清算
publicity: advertise, advertising, advertisement | 宣传, 广告
compensate: compensation, damages, indemnify | 赔偿, 补偿
dispute: disputes, disagreement | 争议, 纠纷
arbitrate: arbitration | 仲裁
hospitalise: hospitalisation, inpatient | 住院
infection: infected | 感染
cough: coughing | 咳嗽
pain: painful | 疼痛
relapse: recur, recurrence, recurrent | 复发
success: successful, succeed | 成功
improve: improvement, improved, better | 改善, 好转
worsen: worsening, deteriorate, deterioration | 恶化, 加重
submit: hand in, send in, lodge | 提交, 递交, 提出, 报送, 投递
apply: application, applicant | 申请, 报名
file: filing | 申报, 备案
send: sent, send, issue, dispatch, mail, deliver, circulate | 发出, 寄发, 寄送, 寄给, 发送, 送达, 发给, 寄
receive: receipt, arrive, arrival, get, obtain, gain | 收到, 取得, 获得, 接到, 拿到, 得到
return: sent back, send back, give back, hand back, refund, refunded, reimburse, repay | 退还, 归还, 返还, 退回, 退款
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
read: reading, see, view, look, inspect, access, consult | 查阅, 阅读, 看到, 查看, 阅看, 审阅
review: examine, examination, assess, assessment, evaluation, appraise | 评审, 审查, 审核, 核查, 审议, 检查, 评估
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
valve: valves | 活瓣
stent: stents | 支架
adverse event: adverse events | 不良事件, 不良反应
serious: severe, severely, seriously | 严重, 重度
complication: complications | 并发症
pneumothorax: | 气胸
bleeding: bleed, haemorrhage, hemorrhage | 出血
death: deaths, mortality, died, die | 死亡, 病死
biopsy: biopsies | 活检
cryobiopsy: | 冷冻活检
lymph node: lymph nodes | 淋巴结
sensitivity: | 敏感性, 灵敏度
control group: controls | 对照组
lung: lungs, pulmonary | 肺
airway: airways | 气道
prototype: prototypes | 样机
register: registered, registration, registry | 注册, 登记, 挂号
accommodation: lodging, hotel | 住宿
travel: journey, transport | 交通, 差旅, 路途
gift: gifts, donation, donations, donate | 礼品, 捐赠, 赠送
person: people, persons, individuals, participant, participants | 个人, 人员
institution: institutions, organisation, organisations | 机构
department: departments | 科室, 部门
utility model: utility models | 实用新型
design patent: design patents | 外观设计
invention patent: invention patents | 发明专利
novelty: novel | 新颖性
technology: technologies, technical | 技术
product: products | 产品
project: projects | 项目
research: | 研究, 研发
develop: development | 开发
clinical: | 临床
safe: safety, security, secure | 安全
risk: risks | 风险
annual: yearly, annually, every year | 每年, 年度
quorum: | 法定人数
committee: | 委员会
minutes: | 纪要
agenda: | 议程
topic: topics, item, items | 议题, 事项
tier: tiers | 层级, 级别
seat: seats | 名额, 席
event: events | 活动
invoice: receipts | 凭票, 发票
result: results, outcome, outcomes | 成果
price: prices, pricing | 价格
customer: customers | 客户
market: markets | 市场
competitor: competitors, competition, compete | 竞争者, 竞争
law: laws, statute | 法律
regulation: regulations | 条例, 法规
version: versions | 版本
draft: drafts | 草稿, 草案
record: records, log | 记录, 日志
personal data: personal information | 个人信息
encrypted: encryption | 加密
server: servers | 服务器
volume: | 容积, 容量
walk: walking | 步行
breath: breathlessness, dyspnoea, dyspnea | 呼吸困难
quality of life: | 生活质量
follow-up: | 随访
randomised: randomized, randomly, random | 随机
"""

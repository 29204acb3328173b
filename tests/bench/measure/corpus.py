"""Chinese text as neighbours write it, composed from words. Seeded: the same every time."""
import random

PEOPLE = "王奶奶 李阿姨 张大爷 楼长 物业 保安 网格员 社区民警 居委会 业委会 邻居 快递员 租客 孩子 老人 维修师傅 " \
         "志愿者 书记 房东 保洁 赵叔叔 陈老师 刘姐 孙大妈 周医生".split()
PLACES = "小区 三号楼 五单元 地下车库 楼道 电梯 门口 快递柜 垃圾房 花园 健身广场 老年食堂 卫生站 幼儿园 菜市场 " \
         "派出所 活动室 篮球场 东门 西门 消防通道 配电房 屋顶 二号楼 便民服务中心".split()
THINGS = "停水通知 电动车 充电桩 消防器材 燃气表 宽带 水管 路灯 监控 门禁卡 快递 垃圾桶 噪音 漏水 宠物狗 停车位 " \
         "雨棚 楼梯扶手 防诈骗宣传 身份证 医保卡 老年证 押金 物业费 维修基金 钥匙 钱包 可疑电话 转账短信 陌生链接".split()
ACTIONS = "看到了 需要修一下 已经处理了 麻烦登记 请大家注意 明天检查 昨天丢了 找到了 怎么办理 没有人管 什么时候能好 " \
          "谢谢帮忙 正在联系 不要相信 千万别转账 马上报警 已经上报 下午开会 晚上太吵 堵住了 坏了好几天 可以领取 " \
          "欢迎参加 提前预约 收到请回复".split()
TIMES = "今天早上 昨天晚上 这几天 刚才 下个星期 周末 中午 上个月 节假日期间 雨天 半夜 最近 从今天起 每天傍晚".split()
LINKS = "的 了 在 和 把 给 就 也 都 还是 但是 因为 所以 如果 请问 听说 大概 其实".split()
ENDS = "。 ! ? ~ 哦 吧 呢 啊 谢谢 , 辛苦了".split()
# What almost nobody says: a character, a name, a phrase.
RARE_CHARACTERS = "龘 爨 麤 齉 犇".split()
RARE_WORDS = "鑫淼 欧阳雪 司马南路 骉骐驿站 蓝花楹".split()
RARE_ONE_IN = 20000

FREQUENT = {1: ["的", "了", "在", "楼", "电"], 2: ["小区", "物业", "电梯", "谢谢", "明天"],
            3: ["居委会", "停车位", "电动车", "社区民", "王奶奶"],
            4: ["社区民警", "消防通道", "千万别转", "请大家注意", "老年食堂"]}
RARE = {1: RARE_CHARACTERS, 2: ["鑫淼", "骉骐", "楹的", "淼的", "雪的"],
        3: ["欧阳雪", "蓝花楹", "司马南", "骐驿站", "马南路"],
        4: ["司马南路", "骉骐驿站", "欧阳雪在", "蓝花楹的", "鑫淼物业"]}
NOWHERE = ["从来没有人说过", "量子纠缠态", "饕餮盛宴", "zzyzx", "不存在"]


def sentence(draw):
    words = [draw.choice(TIMES) if draw.random() < 0.5 else "", draw.choice(PEOPLE),
             draw.choice(LINKS), draw.choice(PLACES), draw.choice(LINKS), draw.choice(THINGS),
             draw.choice(ACTIONS), draw.choice(ENDS)]
    if draw.random() < 0.25:
        words.insert(4, str(draw.randrange(1, 30)) + draw.choice(["号", "点", "栋", "元", "次"]))
    return "".join(words)


def sentences(count, seed=1):
    draw = random.Random(seed)
    return [sentence(draw) for _ in range(count)]

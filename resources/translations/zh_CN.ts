<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AskDesk</name>
    <message>
        <source>A drag makes a segment.</source>
        <translation>拖动即可创建片段。</translation>
    </message>
    <message>
        <source>Loading the model for</source>
        <translation>正在加载模型，目标：</translation>
    </message>
    <message>
        <source>Looking for</source>
        <translation>正在查找</translation>
    </message>
    <message>
        <source>Stopped looking for “{text}”</source>
        <translation>已停止查找“{text}”</translation>
    </message>
    <message>
        <source>{key} draws a box by hand.</source>
        <translation>按 {key} 手动画框。</translation>
    </message>
    <message>
        <source>{key} goes to the line, Enter asks the model.</source>
        <translation>按 {key} 转到输入框，按 Enter 向模型提问。</translation>
    </message>
    <message>
        <source>{key} says that it is not there.</source>
        <translation>按 {key} 标明其不存在。</translation>
    </message>
    <message>
        <source>“{asked}” was asked of {n} items and found on {found}</source>
        <translation>已就“{asked}”询问 {n} 个条目，在 {found} 个中找到</translation>
    </message>
</context>
<context>
    <name>Asking</name>
    <message>
        <source>Answers cannot be kept</source>
        <translation>无法保存回答</translation>
    </message>
    <message>
        <source>Ask again in other words, or draw the box (R).</source>
        <translation>请换个说法再问，或手动画框 (R)。</translation>
    </message>
    <message>
        <source>Open it where you may write, or copy it.</source>
        <translation>请在您有写入权限的位置打开，或复制一份。</translation>
    </message>
    <message>
        <source>The answer about “{text}” could not be understood</source>
        <translation>无法理解关于“{text}”的回答</translation>
    </message>
    <message>
        <source>The model said: {raw}</source>
        <translation>模型的原话：{raw}</translation>
    </message>
    <message>
        <source>The project is read-only: {reason}</source>
        <translation>项目为只读：{reason}</translation>
    </message>
</context>
<context>
    <name>AttributeField</name>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Various</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
</context>
<context>
    <name>AttributeForm</name>
    <message>
        <source>&amp;Default</source>
        <translation>默认值(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>类型(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Values</source>
        <translation>取值(&amp;V)</translation>
    </message>
    <message>
        <source>A bound is a number</source>
        <translation>界限必须是数字</translation>
    </message>
    <message>
        <source>Add it</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Between</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Every object has “{name}” anyway</source>
        <translation>每个对象本来就有“{name}”</translation>
    </message>
    <message>
        <source>Kind of value</source>
        <translation>取值类型</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Labels whose objects have it</source>
        <translation>其对象拥有该属性的标签</translation>
    </message>
    <message>
        <source>Largest number</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Nothing, yes or no</source>
        <translation>无、是或否</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Objects of all labels have it</source>
        <translation>所有标签的对象都有该属性</translation>
    </message>
    <message>
        <source>One value in each line</source>
        <translation>每行一个取值</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Smallest number</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>There is an attribute “{name}” already</source>
        <translation>已有属性“{name}”</translation>
    </message>
    <message>
        <source>Values, one in each line</source>
        <translation>取值，每行一个</translation>
    </message>
    <message>
        <source>What a new object begins with</source>
        <translation>新对象的初始值</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>and</source>
        <translation>至</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
</context>
<context>
    <name>AttributesDialog</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Attributes are what you note of each object besides its words: occluded, direction, count. They are exported, and train nothing.</source>
        <translation>属性是您在描述之外为每个对象记录的内容，例如遮挡、方向、数量。属性会随导出保存，但不参与训练。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>No attributes yet.</source>
        <translation>还没有属性。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Takes the attribute and its values away; Ctrl+Z brings both back</source>
        <translation>移除该属性及其所有取值；按 Ctrl+Z 可一并恢复</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>BeforePage</name>
    <message>
        <source>Accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>Counting what you decided…</source>
        <translation>正在统计您的决定…</translation>
    </message>
    <message>
        <source>Drawn</source>
        <translation>已绘制</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>How long it takes is known after the first steps.</source>
        <translation>最初几步之后才能知道需要多长时间。</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>It failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Learning takes about {time}, going by one step. Before and after are measured then.</source>
        <translation>根据试做的一步，学习大约需要 {time}，随后测量前后差异。</translation>
    </message>
    <message>
        <source>Learning takes about {time}, going by the last time. Before and after are measured then.</source>
        <translation>根据上次的情况，学习大约需要 {time}，随后测量前后差异。</translation>
    </message>
    <message>
        <source>Left out, {n} times: {what}</source>
        <translation>略去 {n} 次：{what}</translation>
    </message>
    <message>
        <source>Left out: {what}</source>
        <translation>略去：{what}</translation>
    </message>
    <message>
        <source>Looking ahead…</source>
        <translation>正在预先检查…</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>Not present</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Nothing was decided yet: accept, correct or draw something first.</source>
        <translation>尚未作出任何决定：请先接受、纠正或绘制一些内容。</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>There is too little to learn from and to measure by: decide about more items first.</source>
        <translation>可供学习和衡量的内容太少：请先对更多条目作出决定。</translation>
    </message>
    <message>
        <source>Trying a step, to see how long it takes…</source>
        <translation>正在试做一步，以估计所需时间…</translation>
    </message>
    <message>
        <source>What is learnt from</source>
        <translation>用于学习的内容</translation>
    </message>
    <message>
        <source>What people decided teaches a new model ({media})</source>
        <translation>用人们的决定训练新模型（{media}）</translation>
    </message>
    <message>
        <source>What will be used</source>
        <translation>将要使用的内容</translation>
    </message>
    <message>
        <source>about {size} of memory</source>
        <translation>约 {size} 内存</translation>
    </message>
    <message>
        <source>{epochs} epochs, {steps} steps</source>
        <translation>{epochs} 轮，{steps} 步</translation>
    </message>
    <message>
        <source>{kinds}: all are held out, so nothing is learnt from them. Decide about more.</source>
        <translation>{kinds}：全部已留出，因此无法从中学习。请对更多条目作出判定。</translation>
    </message>
    <message>
        <source>{kinds}: none are held out, so nobody will know whether the new model is better.</source>
        <translation>{kinds}：没有留出任何媒体，因此无从得知新模型是否更好。</translation>
    </message>
    <message>
        <source>{size} of disk</source>
        <translation>{size} 磁盘空间</translation>
    </message>
</context>
<context>
    <name>BoxView</name>
    <message>
        <source>Drawing at {x:.0f}, {y:.0f}</source>
        <translation>正在 {x:.0f}, {y:.0f} 处绘制</translation>
    </message>
    <message>
        <source>{annotations} annotations, {proposals} proposals, {selected} selected</source>
        <translation>{annotations} 个标注，{proposals} 个候选，已选 {selected} 个</translation>
    </message>
</context>
<context>
    <name>CasePair</name>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
</context>
<context>
    <name>Chat</name>
    <message>
        <source>Left out: {text}</source>
        <translation>已略去：{text}</translation>
    </message>
    <message>
        <source>The model had no room for the first questions: {count}</source>
        <translation>模型容量不足，最早的问题已忽略：{count} 个</translation>
    </message>
</context>
<context>
    <name>ChatDock</name>
    <message>
        <source>Boxes and times in an answer wait on the item as proposals.</source>
        <translation>回答中的框和时间会作为候选留在条目上。</translation>
    </message>
    <message>
        <source>The project is read-only: ratings cannot be kept</source>
        <translation>项目为只读：无法保存评价</translation>
    </message>
    <message>
        <source>{model} was taught single questions: each stands by itself, and is answered by boxes, times, or “not present”. Try “where is the red circle?”.</source>
        <translation>{model} 只学过单独的问题：每个问题各自独立，用框、时间或“不存在”来回答。可以试试“where is the red circle?”。</translation>
    </message>
</context>
<context>
    <name>ChatEntry</name>
    <message>
        <source>A bad answer</source>
        <translation>回答不好</translation>
    </message>
    <message>
        <source>A good answer</source>
        <translation>回答很好</translation>
    </message>
    <message>
        <source>A proposal: click to see it</source>
        <translation>候选：点击查看</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Accept all {count}</source>
        <translation>全部接受（{count} 个）</translation>
    </message>
    <message>
        <source>Accept what this answer proposes</source>
        <translation>接受此回答给出的候选</translation>
    </message>
    <message>
        <source>Accepted: click to see it</source>
        <translation>已接受：点击查看</translation>
    </message>
    <message>
        <source>Another answer, drawn by lot</source>
        <translation>重新随机生成一个回答</translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation>正在回答…</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Rejected, deleted, or replaced by a newer answer</source>
        <translation>已被拒绝、删除，或被更新的回答取代</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The project is read-only: what the model proposes is not kept</source>
        <translation>项目为只读：不会保存模型给出的候选</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>To be looked at by somebody</source>
        <translation>需要他人查看</translation>
    </message>
    <message>
        <source>{model}  ·  rated earlier</source>
        <translation>{model}  ·  之前已评价</translation>
    </message>
    <message>
        <source>{rating}: click to take it back</source>
        <translation>{rating}：点击撤回</translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Ask about this item</source>
        <translation>就此条目提问</translation>
    </message>
    <message>
        <source>Ask the model (Enter); Shift+Enter begins a new line</source>
        <translation>向模型提问 (Enter)；按 Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Forget what was said about this item. Boxes and rated answers stay.</source>
        <translation>清除关于此条目的对话。框和已评价的回答会保留。</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Questions and answers</source>
        <translation>问题与回答</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>The next question is about the frame that is shown; playing stops there</source>
        <translation>下一个问题将针对当前显示的帧；播放会停在此处</translation>
    </message>
    <message>
        <source>This frame</source>
        <translation>当前帧</translation>
    </message>
    <message>
        <source>What can be asked</source>
        <translation>可以问什么</translation>
    </message>
    <message>
        <source>Whole video</source>
        <translation>整个视频</translation>
    </message>
</context>
<context>
    <name>Chatting</name>
    <message>
        <source>There is no item to talk about</source>
        <translation>没有可供讨论的条目</translation>
    </message>
</context>
<context>
    <name>CoachMark</name>
    <message>
        <source>&amp;Back</source>
        <translation>上一步(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>完成(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>下一步(&amp;N)</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>End the tour (Esc)</source>
        <translation>结束导览 (Esc)</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} / {count}</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>&amp;100 %</source>
        <translation>100%(&amp;1)</translation>
    </message>
    <message>
        <source>&amp;About GroundLabel</source>
        <translation>关于 GroundLabel(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>接受(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Check this installation…</source>
        <translation>检查此安装(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Clear the marks</source>
        <translation>清除标记(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Close project</source>
        <translation>关闭项目(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Draw a box</source>
        <translation>画框(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit expression or label…</source>
        <translation>编辑描述或标签(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Fit to window</source>
        <translation>适应窗口(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Hide or show</source>
        <translation>隐藏或显示(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Import annotations…</source>
        <translation>导入标注(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Improve the model…</source>
        <translation>改进模型(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Jump back</source>
        <translation>向后跳转(&amp;J)</translation>
    </message>
    <message>
        <source>&amp;Keyboard and mouse</source>
        <translation>键盘与鼠标(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Labels…</source>
        <translation>标签(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Lock or unlock</source>
        <translation>锁定或解锁(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Loop</source>
        <translation>循环播放(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Merge segments</source>
        <translation>合并片段(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>静音(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;New project…</source>
        <translation>新建项目(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Next item</source>
        <translation>下一个条目(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Not present</source>
        <translation>不存在(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <translation>打开文件(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <translation>播放或暂停(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous item</source>
        <translation>上一个条目(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Read the file again</source>
        <translation>重新读取文件(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Reject</source>
        <translation>拒绝(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Snap to edges</source>
        <translation>吸附到边缘(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Versions…</source>
        <translation>版本(&amp;V)…</translation>
    </message>
    <message>
        <source>&amp;What the work cost…</source>
        <translation>工作用时(&amp;W)…</translation>
    </message>
    <message>
        <source>A&amp;ttributes…</source>
        <translation>属性(&amp;T)…</translation>
    </message>
    <message>
        <source>Accept a&amp;ll</source>
        <translation>全部接受(&amp;L)</translation>
    </message>
    <message>
        <source>Add a &amp;key box here</source>
        <translation>在此添加关键框(&amp;K)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>Ask about all items not yet as&amp;ked</source>
        <translation>就所有尚未提问的条目提问(&amp;K)</translation>
    </message>
    <message>
        <source>Ask about the &amp;selected items</source>
        <translation>就选中的条目提问(&amp;S)</translation>
    </message>
    <message>
        <source>C&amp;hat</source>
        <translation>对话(&amp;H)</translation>
    </message>
    <message>
        <source>Change the &amp;keys…</source>
        <translation>更改快捷键(&amp;K)…</translation>
    </message>
    <message>
        <source>Colour by &amp;expression</source>
        <translation>按描述着色(&amp;E)</translation>
    </message>
    <message>
        <source>Copy to the ne&amp;xt item</source>
        <translation>复制到下一个条目(&amp;X)</translation>
    </message>
    <message>
        <source>Copy to the next fra&amp;me</source>
        <translation>复制到下一帧(&amp;M)</translation>
    </message>
    <message>
        <source>Cross-&amp;hair while drawing</source>
        <translation>绘制时显示十字线(&amp;H)</translation>
    </message>
    <message>
        <source>Dupl&amp;icate</source>
        <translation>创建副本(&amp;I)</translation>
    </message>
    <message>
        <source>Faste&amp;r</source>
        <translation>加快(&amp;R)</translation>
    </message>
    <message>
        <source>Find &amp;moved files…</source>
        <translation>查找已移动的文件(&amp;M)…</translation>
    </message>
    <message>
        <source>Find and fi&amp;lter items</source>
        <translation>查找和筛选条目(&amp;L)</translation>
    </message>
    <message>
        <source>Frame &amp;back</source>
        <translation>后退一帧(&amp;B)</translation>
    </message>
    <message>
        <source>Frame &amp;forward</source>
        <translation>前进一帧(&amp;F)</translation>
    </message>
    <message>
        <source>Go to the &amp;expression bar</source>
        <translation>转到描述栏(&amp;E)</translation>
    </message>
    <message>
        <source>Histor&amp;y of the item…</source>
        <translation>条目历史(&amp;Y)…</translation>
    </message>
    <message>
        <source>J&amp;ump forward</source>
        <translation>向前跳转(&amp;U)</translation>
    </message>
    <message>
        <source>Keyboard to the next &amp;part</source>
        <translation>键盘焦点移到下一区域(&amp;P)</translation>
    </message>
    <message>
        <source>Keyboard to the pre&amp;vious part</source>
        <translation>键盘焦点移到上一区域(&amp;V)</translation>
    </message>
    <message>
        <source>Label {n}, or alternative</source>
        <translation>标签 {n} 或备选项</translation>
    </message>
    <message>
        <source>Make a segment of the mar&amp;ked stretch</source>
        <translation>用标记的区间创建片段(&amp;K)</translation>
    </message>
    <message>
        <source>Mark as d&amp;one</source>
        <translation>标为已完成(&amp;O)</translation>
    </message>
    <message>
        <source>Mark as needs &amp;review</source>
        <translation>标为待复核(&amp;R)</translation>
    </message>
    <message>
        <source>Mark the be&amp;ginning</source>
        <translation>标记起点(&amp;G)</translation>
    </message>
    <message>
        <source>Mark the en&amp;d</source>
        <translation>标记终点(&amp;D)</translation>
    </message>
    <message>
        <source>Most worth looking at &amp;first</source>
        <translation>最值得查看的优先(&amp;F)</translation>
    </message>
    <message>
        <source>Move down by a lot</source>
        <translation>大幅下移</translation>
    </message>
    <message>
        <source>Move down: the selection, or the view</source>
        <translation>下移：选中对象或视图</translation>
    </message>
    <message>
        <source>Move left by a lot</source>
        <translation>大幅左移</translation>
    </message>
    <message>
        <source>Move left: the selection, or the view</source>
        <translation>左移：选中对象或视图</translation>
    </message>
    <message>
        <source>Move right by a lot</source>
        <translation>大幅右移</translation>
    </message>
    <message>
        <source>Move right: the selection, or the view</source>
        <translation>右移：选中对象或视图</translation>
    </message>
    <message>
        <source>Move up by a lot</source>
        <translation>大幅上移</translation>
    </message>
    <message>
        <source>Move up: the selection, or the view</source>
        <translation>上移：选中对象或视图</translation>
    </message>
    <message>
        <source>Ne&amp;xt segment</source>
        <translation>下一个片段(&amp;X)</translation>
    </message>
    <message>
        <source>Next item that is not &amp;done</source>
        <translation>下一个未完成的条目(&amp;D)</translation>
    </message>
    <message>
        <source>O&amp;verview when zoomed in</source>
        <translation>放大时显示概览图(&amp;V)</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>打开项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Open a picture &amp;with its sound…</source>
        <translation>打开图片及其声音(&amp;W)…</translation>
    </message>
    <message>
        <source>Open the &amp;sample project</source>
        <translation>打开示例项目(&amp;S)</translation>
    </message>
    <message>
        <source>Previous item that is not d&amp;one</source>
        <translation>上一个未完成的条目(&amp;O)</translation>
    </message>
    <message>
        <source>Previous segmen&amp;t</source>
        <translation>上一个片段(&amp;T)</translation>
    </message>
    <message>
        <source>Re&amp;ject all</source>
        <translation>全部拒绝(&amp;J)</translation>
    </message>
    <message>
        <source>Remove the key bo&amp;x here</source>
        <translation>移除此处的关键框(&amp;X)</translation>
    </message>
    <message>
        <source>Resize: narrower</source>
        <translation>调整大小：变窄</translation>
    </message>
    <message>
        <source>Resize: narrower by a lot</source>
        <translation>调整大小：大幅变窄</translation>
    </message>
    <message>
        <source>Resize: shorter</source>
        <translation>调整大小：变矮</translation>
    </message>
    <message>
        <source>Resize: shorter by a lot</source>
        <translation>调整大小：大幅变矮</translation>
    </message>
    <message>
        <source>Resize: taller</source>
        <translation>调整大小：变高</translation>
    </message>
    <message>
        <source>Resize: taller by a lot</source>
        <translation>调整大小：大幅变高</translation>
    </message>
    <message>
        <source>Resize: wider</source>
        <translation>调整大小：变宽</translation>
    </message>
    <message>
        <source>Resize: wider by a lot</source>
        <translation>调整大小：大幅变宽</translation>
    </message>
    <message>
        <source>Save a &amp;diagnostic report…</source>
        <translation>保存诊断报告(&amp;D)…</translation>
    </message>
    <message>
        <source>Segment begins &amp;here</source>
        <translation>片段从此处开始(&amp;H)</translation>
    </message>
    <message>
        <source>Segment ends he&amp;re</source>
        <translation>片段到此处结束(&amp;R)</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>全选(&amp;A)</translation>
    </message>
    <message>
        <source>Select the ne&amp;xt one</source>
        <translation>选择下一个(&amp;X)</translation>
    </message>
    <message>
        <source>Select the previo&amp;us one</source>
        <translation>选择上一个(&amp;U)</translation>
    </message>
    <message>
        <source>Sho&amp;w what is hidden</source>
        <translation>显示已隐藏的内容(&amp;W)</translation>
    </message>
    <message>
        <source>Show answers that were &amp;put away</source>
        <translation>显示已搁置的回答(&amp;P)</translation>
    </message>
    <message>
        <source>Show the &amp;log folder</source>
        <translation>显示日志文件夹(&amp;L)</translation>
    </message>
    <message>
        <source>Slo&amp;wer</source>
        <translation>减慢(&amp;W)</translation>
    </message>
    <message>
        <source>Split at the pla&amp;yhead</source>
        <translation>在播放头处拆分(&amp;Y)</translation>
    </message>
    <message>
        <source>Take the one-minute &amp;tour</source>
        <translation>一分钟导览(&amp;T)</translation>
    </message>
    <message>
        <source>To the e&amp;nd</source>
        <translation>跳到结尾(&amp;N)</translation>
    </message>
    <message>
        <source>To the s&amp;tart</source>
        <translation>跳到开头(&amp;T)</translation>
    </message>
    <message>
        <source>What can be done here</source>
        <translation>此处可用的操作</translation>
    </message>
    <message>
        <source>Work the &amp;order out anew</source>
        <translation>重新计算顺序(&amp;O)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
</context>
<context>
    <name>Copying</name>
    <message>
        <source>Accept the proposal first: only what is yours can be copied</source>
        <translation>请先接受该候选：只能复制您自己的标注</translation>
    </message>
    <message>
        <source>Boxes are copied to the next frame in a video</source>
        <translation>在视频中，框会复制到下一帧</translation>
    </message>
    <message>
        <source>Copied 1 annotation</source>
        <translation>已复制 1 个标注</translation>
    </message>
    <message>
        <source>Copied {n} annotations</source>
        <translation>已复制 {n} 个标注</translation>
    </message>
    <message>
        <source>Nothing of it fits there: boxes go onto pictures and frames, segments into the same kind</source>
        <translation>没有适合放在这里的内容：框可放到图片和帧上，片段只能放到同类媒体中</translation>
    </message>
    <message>
        <source>Nothing was copied yet: select annotations and copy them</source>
        <translation>尚未复制任何内容：请先选择标注并复制</translation>
    </message>
    <message>
        <source>Select annotations to copy them</source>
        <translation>请选择要复制的标注</translation>
    </message>
    <message>
        <source>There is no box of this frame to copy; a track goes on by itself</source>
        <translation>此帧上没有可复制的框；轨迹会自动延续</translation>
    </message>
    <message>
        <source>There is no next frame to copy to</source>
        <translation>没有可供复制的下一帧</translation>
    </message>
    <message>
        <source>There is no next item to copy to</source>
        <translation>没有可供复制的下一个条目</translation>
    </message>
    <message>
        <source>They stand in this item already</source>
        <translation>它们已在此条目中</translation>
    </message>
    <message>
        <source>They stand on this frame already</source>
        <translation>它们已在此帧上</translation>
    </message>
    <message>
        <source>{n} did not fit in here and were left out</source>
        <translation>有 {n} 个不适合放在这里，已略去</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>--method qlora is for --bits 8 or 4</source>
        <translation>--method qlora 用于 --bits 8 或 4</translation>
    </message>
    <message>
        <source>--method {0} needs the weights in 16 bits</source>
        <translation>--method {0} 需要 16 位的权重</translation>
    </message>
    <message>
        <source>--resume tries again</source>
        <translation>用 --resume 可重试</translation>
    </message>
    <message>
        <source>--shard on and --method qlora do not go together</source>
        <translation>--shard on 与 --method qlora 不能同时使用</translation>
    </message>
    <message>
        <source>A COCO file was written and read again: images {0}, annotations {1}</source>
        <translation>已写入并重新读取 COCO 文件：图片 {0}，标注 {1}</translation>
    </message>
    <message>
        <source>A choice needs values</source>
        <translation>单选需要有可选值</translation>
    </message>
    <message>
        <source>A label cannot be merged into itself</source>
        <translation>标签不能合并到自身</translation>
    </message>
    <message>
        <source>A model of this size learns very slowly without a GPU</source>
        <translation>没有 GPU 时，这么大的模型学习非常缓慢</translation>
    </message>
    <message>
        <source>A number is not finite and cannot be stored</source>
        <translation>有一个数值不是有限数，无法保存</translation>
    </message>
    <message>
        <source>A project&apos;s name ends in {0}</source>
        <translation>项目名称须以 {0} 结尾</translation>
    </message>
    <message>
        <source>A record of the project is damaged</source>
        <translation>项目中的一条记录已损坏</translation>
    </message>
    <message>
        <source>A small demonstrator trained from nothing on rendered clips and recordings: it tells when plain shapes are seen, come, go and move, and when beeps, sirens, knocks, bells and the like are heard.</source>
        <translation>一个小型演示模型，从零开始用渲染的视频和录音训练而成：它能判断简单形状何时可见、出现、消失和移动，以及何时听到哔声、警笛、敲击、铃声等。</translation>
    </message>
    <message>
        <source>A small demonstrator trained from nothing on rendered shapes and letters: it answers about plain shapes at once, and about photographs once it has been taught with corrections.</source>
        <translation>一个小型演示模型，从零开始用渲染的形状和字母训练而成：可立即回答关于简单形状的问题，经过纠正训练后也能回答关于照片的问题。</translation>
    </message>
    <message>
        <source>A text holds characters that no file can store</source>
        <translation>文本中含有任何文件都无法保存的字符</translation>
    </message>
    <message>
        <source>Accept {0} proposals</source>
        <translation>接受 {0} 个候选</translation>
    </message>
    <message>
        <source>Accept {0} × “{1}”</source>
        <translation>接受 {0} 个“{1}”</translation>
    </message>
    <message>
        <source>Accept “{0}”</source>
        <translation>接受“{0}”</translation>
    </message>
    <message>
        <source>ActivityNet 1.3 (one JSON file)</source>
        <translation>ActivityNet 1.3（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>ActivityNet Captions (one JSON file)</source>
        <translation>ActivityNet Captions（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>Add label “{0}”</source>
        <translation>添加标签“{0}”</translation>
    </message>
    <message>
        <source>Add some in the window or with import</source>
        <translation>请在窗口中或用 import 添加一些</translation>
    </message>
    <message>
        <source>All media are kept apart: nothing is left to learn from</source>
        <translation>所有媒体都已留出：没有可供学习的媒体</translation>
    </message>
    <message>
        <source>An annotation needs words</source>
        <translation>标注需要有描述</translation>
    </message>
    <message>
        <source>An answer speaks of a medium that is not in the project</source>
        <translation>有回答涉及不在项目中的媒体</translation>
    </message>
    <message>
        <source>An attribute needs a label, or belongs to all</source>
        <translation>属性需要指定标签，或属于所有标签</translation>
    </message>
    <message>
        <source>An attribute needs a name</source>
        <translation>属性需要一个名称</translation>
    </message>
    <message>
        <source>An expression is empty</source>
        <translation>有一个描述为空</translation>
    </message>
    <message>
        <source>An expression needs words</source>
        <translation>描述不能没有文字</translation>
    </message>
    <message>
        <source>Answers cannot be recorded in {0}</source>
        <translation>无法将回答记录到 {0}</translation>
    </message>
    <message>
        <source>Any use, also commercial; keep the licence and the copyright notice when you pass it on.</source>
        <translation>可用于任何目的，包括商业用途；再分发时须保留许可证和版权声明。</translation>
    </message>
    <message>
        <source>Any use, also commercial; keep the licence and the notices when you pass it on.</source>
        <translation>可用于任何目的，包括商业用途；再分发时须保留许可证和声明。</translation>
    </message>
    <message>
        <source>Ask about a window</source>
        <translation>请就一个时间窗口提问</translation>
    </message>
    <message>
        <source>Ask again: it is then loaded anew</source>
        <translation>请重新提问：届时会重新加载</translation>
    </message>
    <message>
        <source>Ask first</source>
        <translation>请先提问</translation>
    </message>
    <message>
        <source>Ask it by itself</source>
        <translation>请单独就它提问</translation>
    </message>
    <message>
        <source>Ask of a window</source>
        <translation>请就一个时间窗口提问</translation>
    </message>
    <message>
        <source>Ask to see it</source>
        <translation>请让模型用看的方式回答</translation>
    </message>
    <message>
        <source>Ask with --sense hear</source>
        <translation>请用 --sense hear 提问</translation>
    </message>
    <message>
        <source>Ask with --sense see</source>
        <translation>请用 --sense see 提问</translation>
    </message>
    <message>
        <source>Asking the hub for {0}</source>
        <translation>正在向模型库查询 {0}</translation>
    </message>
    <message>
        <source>Audacity labels (a text per medium)</source>
        <translation>Audacity 标签（每个媒体一个文本）</translation>
    </message>
    <message>
        <source>Boxes are learned from pictures</source>
        <translation>框只能从图片中学习</translation>
    </message>
    <message>
        <source>Boxes for phrases on photographs; usable on a CPU.</source>
        <translation>为照片中的短语给出框；可在 CPU 上使用。</translation>
    </message>
    <message>
        <source>CLIP</source>
        <translation>CLIP</translation>
    </message>
    <message>
        <source>COCO (one JSON file)</source>
        <translation>COCO（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>COCO holds boxes in pictures only</source>
        <translation>COCO 只能容纳图片中的框</translation>
    </message>
    <message>
        <source>COCO holds pictures of known size only</source>
        <translation>COCO 只能容纳尺寸已知的图片</translation>
    </message>
    <message>
        <source>CSV of all regions (one table)</source>
        <translation>所有区域的 CSV（一张表）</translation>
    </message>
    <message>
        <source>CVAT for images 1.1 (one XML file)</source>
        <translation>CVAT for images 1.1（一个 XML 文件）</translation>
    </message>
    <message>
        <source>CVAT for video 1.1 (an XML file per video)</source>
        <translation>CVAT for video 1.1（每个视频一个 XML 文件）</translation>
    </message>
    <message>
        <source>Call {0} annotations “{1}”</source>
        <translation>将 {0} 个标注称为“{1}”</translation>
    </message>
    <message>
        <source>Call “{0}” “{1}”</source>
        <translation>将“{0}”称为“{1}”</translation>
    </message>
    <message>
        <source>Change label “{0}”</source>
        <translation>更改标签“{0}”</translation>
    </message>
    <message>
        <source>Change the definition</source>
        <translation>请更改定义</translation>
    </message>
    <message>
        <source>Charades-STA (one text)</source>
        <translation>Charades-STA（一个文本）</translation>
    </message>
    <message>
        <source>Check the name, or make a new project</source>
        <translation>请检查名称，或新建项目</translation>
    </message>
    <message>
        <source>Check the name, or put it back where it was</source>
        <translation>请检查名称，或将其放回原处</translation>
    </message>
    <message>
        <source>Checking the media</source>
        <translation>正在检查媒体</translation>
    </message>
    <message>
        <source>Checking {0}</source>
        <translation>正在检查 {0}</translation>
    </message>
    <message>
        <source>Choose a file NAME{0}</source>
        <translation>请选择名为 NAME{0} 的文件</translation>
    </message>
    <message>
        <source>Choose a file that was saved from this page</source>
        <translation>请选择从此页面保存的文件</translation>
    </message>
    <message>
        <source>Choose a folder that can be written</source>
        <translation>请选择可以写入的文件夹</translation>
    </message>
    <message>
        <source>Choose a time inside a segment</source>
        <translation>请选择片段内的一个时间</translation>
    </message>
    <message>
        <source>Choose another label</source>
        <translation>请选择另一个标签</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>请选择另一个模型</translation>
    </message>
    <message>
        <source>Choose another model for it</source>
        <translation>请为其选择另一个模型</translation>
    </message>
    <message>
        <source>Choose another model or --sense</source>
        <translation>请选择另一个模型或 --sense</translation>
    </message>
    <message>
        <source>Choose another model, or ask it for something by name</source>
        <translation>请选择另一个模型，或按名称让它查找</translation>
    </message>
    <message>
        <source>Choose another model, then resume</source>
        <translation>请选择另一个模型，然后继续</translation>
    </message>
    <message>
        <source>Choose another name</source>
        <translation>请换一个名称</translation>
    </message>
    <message>
        <source>Choose two or more segments</source>
        <translation>请选择两个或更多片段</translation>
    </message>
    <message>
        <source>Choose where it is now</source>
        <translation>请选择它现在的位置</translation>
    </message>
    <message>
        <source>Close it there</source>
        <translation>请在那里将其关闭</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model, or --device cpu</source>
        <translation>请关闭其他程序、选择更小的模型，或使用 --device cpu</translation>
    </message>
    <message>
        <source>Convert it to FLAC or AAC</source>
        <translation>请转换为 FLAC 或 AAC</translation>
    </message>
    <message>
        <source>Convert it to MP4 with H.264</source>
        <translation>请转换为 H.264 编码的 MP4</translation>
    </message>
    <message>
        <source>Copy it again</source>
        <translation>请重新复制一份</translation>
    </message>
    <message>
        <source>Copy it again from where it came</source>
        <translation>请从原处重新复制</translation>
    </message>
    <message>
        <source>Copy it to a disk that answers, or convert it</source>
        <translation>请复制到能够响应的磁盘，或转换格式</translation>
    </message>
    <message>
        <source>Copy it to a folder that can be written and open it there</source>
        <translation>请复制到可以写入的文件夹并在那里打开</translation>
    </message>
    <message>
        <source>Cut it into smaller pictures</source>
        <translation>请裁成更小的图片</translation>
    </message>
    <message>
        <source>Decide about more items</source>
        <translation>请对更多条目作出决定</translation>
    </message>
    <message>
        <source>Define “{0}”</source>
        <translation>定义“{0}”</translation>
    </message>
    <message>
        <source>Delete label “{0}”</source>
        <translation>删除标签“{0}”</translation>
    </message>
    <message>
        <source>Delete {0}</source>
        <translation>删除 {0}</translation>
    </message>
    <message>
        <source>Delete {0} objects</source>
        <translation>删除 {0} 个对象</translation>
    </message>
    <message>
        <source>Draw “{0}”</source>
        <translation>绘制“{0}”</translation>
    </message>
    <message>
        <source>Drawing the worst cases</source>
        <translation>正在绘制最差的案例</translation>
    </message>
    <message>
        <source>ELAN EAF (a file per medium)</source>
        <translation>ELAN EAF（每个媒体一个文件）</translation>
    </message>
    <message>
        <source>End its name in {0}</source>
        <translation>文件名须以 {0} 结尾</translation>
    </message>
    <message>
        <source>Examining {0} on rendered scenes</source>
        <translation>正在用渲染场景检验 {0}</translation>
    </message>
    <message>
        <source>F1 for several boxes</source>
        <translation>多个框的 F1</translation>
    </message>
    <message>
        <source>Fewer than {0} media show {1}</source>
        <translation>出现 {1} 的媒体少于 {0} 个</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>Finds things on photographs by a noun or a short phrase, on a CPU too. It scores boxes against words and keeps those above a threshold: it was never taught to say that something is not there, and relations between things (left of, the largest) are mostly beyond it.</source>
        <translation>按名词或短语查找照片中的物体，在 CPU 上也能运行。它根据文字为框打分并保留高于阈值的框：它没有学过判断某物不存在，物体之间的关系（左边、最大等）也大多超出其能力。</translation>
    </message>
    <message>
        <source>Frame {0} cannot be decoded</source>
        <translation>第 {0} 帧无法解码</translation>
    </message>
    <message>
        <source>Frame {0} comes in {1} channels</source>
        <translation>第 {0} 帧有 {1} 个通道</translation>
    </message>
    <message>
        <source>Frame {0} of {1} cannot be decoded</source>
        <translation>{1} 的第 {0} 帧无法解码</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Give the attribute another label</source>
        <translation>请将该属性归于另一个标签</translation>
    </message>
    <message>
        <source>Go on to another frame</source>
        <translation>请转到另一帧</translation>
    </message>
    <message>
        <source>Grey values from {0} to {1} are shown stretched to 8 bits</source>
        <translation>从 {0} 到 {1} 的灰度值已拉伸到 8 位显示</translation>
    </message>
    <message>
        <source>GroundLabel JSON (everything a project knows)</source>
        <translation>GroundLabel JSON（项目的全部内容）</translation>
    </message>
    <message>
        <source>GroundingGPT conversation rows (one JSON file)</source>
        <translation>GroundingGPT 对话数据（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>GroundingGPT-7B as published: boxes in pictures, spans in video and sound, conversation.</source>
        <translation>已发布的 GroundingGPT-7B：图片中的框、视频和声音中的时间段、对话。</translation>
    </message>
    <message>
        <source>Hold out {0} of {1} media</source>
        <translation>留出 {1} 个媒体中的 {0} 个</translation>
    </message>
    <message>
        <source>Import {0}</source>
        <translation>导入 {0}</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是一个目录</translation>
    </message>
    <message>
        <source>It has 0 bytes</source>
        <translation>大小为 0 字节</translation>
    </message>
    <message>
        <source>It is a picture</source>
        <translation>它是一张图片</translation>
    </message>
    <message>
        <source>It is a silent video</source>
        <translation>这是一个没有声音的视频</translation>
    </message>
    <message>
        <source>It is a sound</source>
        <translation>这是一段声音</translation>
    </message>
    <message>
        <source>It is a {0}</source>
        <translation>它是{0}</translation>
    </message>
    <message>
        <source>It is a {0}, and the model {1} answers for {2}</source>
        <translation>它是{0}，而模型 {1} 回答的是{2}</translation>
    </message>
    <message>
        <source>It is heard, not seen</source>
        <translation>它只能听，不能看</translation>
    </message>
    <message>
        <source>It is in a coding that is not known here</source>
        <translation>其编码方式未知</translation>
    </message>
    <message>
        <source>It is no picture</source>
        <translation>它不是图片</translation>
    </message>
    <message>
        <source>It lasts from {0} s to {1} s</source>
        <translation>它从 {0} 秒持续到 {1} 秒</translation>
    </message>
    <message>
        <source>It only answers where or when something is</source>
        <translation>它只回答某物在何处或何时</translation>
    </message>
    <message>
        <source>It said: {0}</source>
        <translation>它的回答是：{0}</translation>
    </message>
    <message>
        <source>It would have to {0}</source>
        <translation>模型需要能够{0}</translation>
    </message>
    <message>
        <source>Its process {0}; its log is {1}</source>
        <translation>其进程{0}；日志位于 {1}</translation>
    </message>
    <message>
        <source>Joining with the project</source>
        <translation>正在与项目合并</translation>
    </message>
    <message>
        <source>LLaVA conversation rows (one JSON file)</source>
        <translation>LLaVA 对话数据（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>Label Studio (one JSON file)</source>
        <translation>Label Studio（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>Label {0} as “{1}”</source>
        <translation>将 {0} 标为“{1}”</translation>
    </message>
    <message>
        <source>Loading {0}</source>
        <translation>正在加载 {0}</translation>
    </message>
    <message>
        <source>Look again and repeat it</source>
        <translation>请重新查看后再试</translation>
    </message>
    <message>
        <source>Looking ahead</source>
        <translation>正在预先检查</translation>
    </message>
    <message>
        <source>Looking whether old abilities are kept</source>
        <translation>正在检查原有能力是否保留</translation>
    </message>
    <message>
        <source>MOT Challenge (a folder of sequences)</source>
        <translation>MOT Challenge（一个序列文件夹）</translation>
    </message>
    <message>
        <source>MOT is a folder of sequences</source>
        <translation>MOT 是由序列组成的文件夹</translation>
    </message>
    <message>
        <source>Make it first</source>
        <translation>请先创建它</translation>
    </message>
    <message>
        <source>Mark as {0}</source>
        <translation>标为{0}</translation>
    </message>
    <message>
        <source>Media are never changed</source>
        <translation>媒体文件绝不会被改动</translation>
    </message>
    <message>
        <source>Mend the file or remove it</source>
        <translation>请修复该文件或将其删除</translation>
    </message>
    <message>
        <source>Merge it into another label</source>
        <translation>请将其合并到另一个标签</translation>
    </message>
    <message>
        <source>Merge label “{0}” into “{1}”</source>
        <translation>将标签“{0}”合并到“{1}”</translation>
    </message>
    <message>
        <source>Merge {0} × “{1}”</source>
        <translation>合并 {0} 个“{1}”</translation>
    </message>
    <message>
        <source>Move {0} boxes</source>
        <translation>移动 {0} 个框</translation>
    </message>
    <message>
        <source>Move “{0}”</source>
        <translation>移动“{0}”</translation>
    </message>
    <message>
        <source>Name a file</source>
        <translation>请指定一个文件</translation>
    </message>
    <message>
        <source>Name a file with sound</source>
        <translation>请指定有声音的文件</translation>
    </message>
    <message>
        <source>Name a folder for the report, or a file that ends in .html</source>
        <translation>请为报告指定一个文件夹，或以 .html 结尾的文件</translation>
    </message>
    <message>
        <source>Name a folder that holds media</source>
        <translation>请指定包含媒体的文件夹</translation>
    </message>
    <message>
        <source>Name a picture</source>
        <translation>请指定一张图片</translation>
    </message>
    <message>
        <source>Name a picture, video or sound</source>
        <translation>请指定图片、视频或声音</translation>
    </message>
    <message>
        <source>Name a project or a file of conversation rows</source>
        <translation>请指定项目或对话数据文件</translation>
    </message>
    <message>
        <source>Name a share between 0 and 1</source>
        <translation>请指定 0 到 1 之间的比例</translation>
    </message>
    <message>
        <source>Name a sound beside it</source>
        <translation>请在其旁边指定一段声音</translation>
    </message>
    <message>
        <source>Name a sound, or a video that has one</source>
        <translation>请指定一段声音，或有声音的视频</translation>
    </message>
    <message>
        <source>Name a start and a later end inside it</source>
        <translation>请指定其中的起点和更晚的终点</translation>
    </message>
    <message>
        <source>Name a time inside it</source>
        <translation>请指定其中的一个时间</translation>
    </message>
    <message>
        <source>Name a video</source>
        <translation>请指定一个视频</translation>
    </message>
    <message>
        <source>Name another file</source>
        <translation>请指定另一个文件</translation>
    </message>
    <message>
        <source>Name another folder</source>
        <translation>请指定另一个文件夹</translation>
    </message>
    <message>
        <source>Name the authors, share alike, and no commercial use.</source>
        <translation>须署名、以相同方式共享，且不得用于商业用途。</translation>
    </message>
    <message>
        <source>Name the folder that holds them</source>
        <translation>请指定包含它们的文件夹</translation>
    </message>
    <message>
        <source>No GPU is used: the installed torch is a build for the CPU (with an NVIDIA GPU: GROUNDLABEL_TORCH=cuda make setup)</source>
        <translation>未使用 GPU：所安装的 torch 是 CPU 版本（如有 NVIDIA GPU：GROUNDLABEL_TORCH=cuda make setup）</translation>
    </message>
    <message>
        <source>No GPU is used: the processor was chosen in the models dialog or with --device cpu</source>
        <translation>未使用 GPU：已在模型对话框中或用 --device cpu 选择了处理器</translation>
    </message>
    <message>
        <source>No GPU is used: this is the variant of the app for the CPU (with an NVIDIA GPU: take the CUDA variant)</source>
        <translation>未使用 GPU：这是适用于 CPU 的应用版本（如有 NVIDIA GPU：请使用 CUDA 版本）</translation>
    </message>
    <message>
        <source>No GPU is used: torch finds none on this machine (`nvidia-smi` tells more)</source>
        <translation>未使用 GPU：torch 在本机上没有找到（可用 `nvidia-smi` 了解详情）</translation>
    </message>
    <message>
        <source>No annotation and no absence stands there</source>
        <translation>那里没有标注，也没有“不存在”的判定</translation>
    </message>
    <message>
        <source>No frame of it can be decoded</source>
        <translation>其中没有一帧能够解码</translation>
    </message>
    <message>
        <source>No frame of {0} can be decoded</source>
        <translation>{0} 中没有一帧能够解码</translation>
    </message>
    <message>
        <source>No frame of {0} can be shown</source>
        <translation>{0} 中没有一帧能够显示</translation>
    </message>
    <message>
        <source>No medium is in the split {0}</source>
        <translation>划分 {0} 中没有媒体</translation>
    </message>
    <message>
        <source>No model is there to answer</source>
        <translation>没有可以回答的模型</translation>
    </message>
    <message>
        <source>No part of it can be shown ({0})</source>
        <translation>其中没有任何部分能够显示（{0}）</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>没有打开的项目</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>设备上没有剩余空间</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有那个文件或目录</translation>
    </message>
    <message>
        <source>None of it can be decoded</source>
        <translation>其中没有任何部分能够解码</translation>
    </message>
    <message>
        <source>None of the names on the list is in {0}</source>
        <translation>列表中的名称均不在 {0} 中</translation>
    </message>
    <message>
        <source>None of the {0} media that {1} names was found</source>
        <translation>{1} 列出的 {0} 个媒体一个也没有找到</translation>
    </message>
    <message>
        <source>Nor can any other near it</source>
        <translation>其附近的帧也都不能</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是目录</translation>
    </message>
    <message>
        <source>Nothing can be relinked</source>
        <translation>没有可重新关联的内容</translation>
    </message>
    <message>
        <source>Nothing is kept apart to tell how well it learns</source>
        <translation>没有留出任何媒体来判断学得如何</translation>
    </message>
    <message>
        <source>Nothing is marked as not present</source>
        <translation>没有任何内容标为不存在</translation>
    </message>
    <message>
        <source>Nothing is marked for {0}</source>
        <translation>没有为 {0} 标注任何内容</translation>
    </message>
    <message>
        <source>Nothing of it could be decoded</source>
        <translation>其中没有任何内容能够解码</translation>
    </message>
    <message>
        <source>Nothing was added</source>
        <translation>未添加任何内容</translation>
    </message>
    <message>
        <source>Nothing was asked yet</source>
        <translation>尚未提问</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>未作任何更改</translation>
    </message>
    <message>
        <source>Nothing was changed; free some space</source>
        <translation>未作任何更改；请腾出一些空间</translation>
    </message>
    <message>
        <source>Nothing was changed; free some space, or make its folder writable</source>
        <translation>未作任何更改；请腾出一些空间，或使其文件夹可以写入</translation>
    </message>
    <message>
        <source>Nothing was changed; see that its disk works and has room</source>
        <translation>未作任何更改；请检查磁盘是否正常且有剩余空间</translation>
    </message>
    <message>
        <source>Nothing was changed; try again in a moment</source>
        <translation>未作任何更改；请稍后再试</translation>
    </message>
    <message>
        <source>Nothing was held out, so nobody knows whether it is better</source>
        <translation>没有留出任何媒体，因此无从得知它是否更好</translation>
    </message>
    <message>
        <source>Nothing was written</source>
        <translation>未写入任何内容</translation>
    </message>
    <message>
        <source>Numbering the frames of videos</source>
        <translation>正在为视频的帧编号</translation>
    </message>
    <message>
        <source>ODVG (JSON lines)</source>
        <translation>ODVG（JSON 行）</translation>
    </message>
    <message>
        <source>On the hold-out it is no better</source>
        <translation>在留出集上没有更好</translation>
    </message>
    <message>
        <source>On the hold-out {0} points, {1} between {2} and {3}</source>
        <translation>在留出集上 {0} 分，{1} 区间为 {2} 至 {3}</translation>
    </message>
    <message>
        <source>On the hold-out {0} points, {1} between {2} and {3}: it is worse</source>
        <translation>在留出集上 {0} 分，{1} 区间为 {2} 至 {3}：更差</translation>
    </message>
    <message>
        <source>On the hold-out {0} points, {1} between {2} and {3}: it may be worse</source>
        <translation>在留出集上 {0} 分，{1} 区间为 {2} 至 {3}：可能更差</translation>
    </message>
    <message>
        <source>On the rendered set {0} points</source>
        <translation>在渲染场景上 {0} 分</translation>
    </message>
    <message>
        <source>On the rendered set {0} points: it has forgotten too much</source>
        <translation>在渲染场景上 {0} 分：遗忘过多</translation>
    </message>
    <message>
        <source>One picture is asked about</source>
        <translation>这是就一张图片提问</translation>
    </message>
    <message>
        <source>One picture is asked about, and it stands still</source>
        <translation>这是就一张静止的图片提问</translation>
    </message>
    <message>
        <source>One picture, video or sound is needed</source>
        <translation>需要一张图片、一个视频或一段声音</translation>
    </message>
    <message>
        <source>One row is passed over: {0}</source>
        <translation>跳过了一行：{0}</translation>
    </message>
    <message>
        <source>Only {0} held-out media: too few to tell</source>
        <translation>只有 {0} 个留出的媒体：太少，无法判断</translation>
    </message>
    <message>
        <source>Open it, or choose another name</source>
        <translation>请打开它，或换一个名称</translation>
    </message>
    <message>
        <source>Pascal VOC (a folder of XML files)</source>
        <translation>Pascal VOC（一个 XML 文件夹）</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>Praat TextGrid (a file per medium)</source>
        <translation>Praat TextGrid（每个媒体一个文件）</translation>
    </message>
    <message>
        <source>Put into {0}</source>
        <translation>归入 {0}</translation>
    </message>
    <message>
        <source>PyAV does not load ({0})</source>
        <translation>PyAV 无法加载（{0}）</translation>
    </message>
    <message>
        <source>Qwen-VL grounding rows, 0-1000 (one JSON file)</source>
        <translation>Qwen-VL 定位数据，0-1000（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>Qwen2.5-VL grounding rows, absolute (one JSON file)</source>
        <translation>Qwen2.5-VL 定位数据，绝对坐标（一个 JSON 文件）</translation>
    </message>
    <message>
        <source>Rate an answer: {0}</source>
        <translation>评价回答：{0}</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统为只读</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>Reading {0}</source>
        <translation>正在读取 {0}</translation>
    </message>
    <message>
        <source>RefCOCO (a folder: instances and refs)</source>
        <translation>RefCOCO（一个文件夹：instances 和 refs）</translation>
    </message>
    <message>
        <source>RefCOCO is a folder of files</source>
        <translation>RefCOCO 是由文件组成的文件夹</translation>
    </message>
    <message>
        <source>Reject {0} proposals</source>
        <translation>拒绝 {0} 个候选</translation>
    </message>
    <message>
        <source>Reject {0} × “{1}”</source>
        <translation>拒绝 {0} 个“{1}”</translation>
    </message>
    <message>
        <source>Reject “{0}”</source>
        <translation>拒绝“{0}”</translation>
    </message>
    <message>
        <source>Remove “{0}”</source>
        <translation>移除“{0}”</translation>
    </message>
    <message>
        <source>Rename the file</source>
        <translation>请重命名该文件</translation>
    </message>
    <message>
        <source>Rendering</source>
        <translation>正在渲染</translation>
    </message>
    <message>
        <source>Restore it from a backup</source>
        <translation>请从备份恢复</translation>
    </message>
    <message>
        <source>Restore the file from a backup</source>
        <translation>请从备份恢复该文件</translation>
    </message>
    <message>
        <source>Restore the state after: {0}</source>
        <translation>恢复到此操作之后的状态：{0}</translation>
    </message>
    <message>
        <source>Say what to look for</source>
        <translation>请说明要找什么</translation>
    </message>
    <message>
        <source>Set “{0}” to {1}</source>
        <translation>将“{0}”设为 {1}</translation>
    </message>
    <message>
        <source>Split “{0}”</source>
        <translation>拆分“{0}”</translation>
    </message>
    <message>
        <source>Stage 1 and --method {0} do not go together</source>
        <translation>第 1 阶段与 --method {0} 不能同时使用</translation>
    </message>
    <message>
        <source>SubRip subtitles (a file per medium)</source>
        <translation>SubRip 字幕（每个媒体一个文件）</translation>
    </message>
    <message>
        <source>TSV of all regions (one table)</source>
        <translation>所有区域的 TSV（一张表）</translation>
    </message>
    <message>
        <source>Take back a rating</source>
        <translation>撤回评价</translation>
    </message>
    <message>
        <source>Take back {0} × “no”</source>
        <translation>撤回 {0} 个“不存在”</translation>
    </message>
    <message>
        <source>Take out of the split</source>
        <translation>移出数据划分</translation>
    </message>
    <message>
        <source>Terms of Meta with an acceptable use policy; they bind Vicuna-7B-v1.5, which was made from Llama 2, and this model, which was made from Vicuna. Very large services need a licence of their own.</source>
        <translation>Meta 的条款，附有可接受使用政策；它们约束由 Llama 2 制成的 Vicuna-7B-v1.5，以及由 Vicuna 制成的本模型。超大规模的服务需要单独的许可。</translation>
    </message>
    <message>
        <source>That lasts from {0} s to {1} s</source>
        <translation>它从 {0} 秒持续到 {1} 秒</translation>
    </message>
    <message>
        <source>The 16-bit grey values use 12 bits at most; they are shown as 12-bit values</source>
        <translation>16 位灰度值最多只用到 12 位；按 12 位数值显示</translation>
    </message>
    <message>
        <source>The COCO file holds no annotation</source>
        <translation>COCO 文件中没有标注</translation>
    </message>
    <message>
        <source>The Change could not be written down</source>
        <translation>无法写下该更改</translation>
    </message>
    <message>
        <source>The GPU&apos;s memory will hardly do</source>
        <translation>GPU 内存恐怕不够</translation>
    </message>
    <message>
        <source>The GPU&apos;s memory will not do</source>
        <translation>GPU 内存不够</translation>
    </message>
    <message>
        <source>The base must not be used commercially, and neither must what is made of it</source>
        <translation>基础模型不得用于商业用途，由其产生的模型亦然</translation>
    </message>
    <message>
        <source>The catalogue has no model {0}</source>
        <translation>目录中没有模型 {0}</translation>
    </message>
    <message>
        <source>The checkpoint&apos;s rewordings cannot be used</source>
        <translation>检查点的改写规则无法使用</translation>
    </message>
    <message>
        <source>The computer&apos;s memory will hardly do</source>
        <translation>电脑内存恐怕不够</translation>
    </message>
    <message>
        <source>The computer&apos;s memory will not do</source>
        <translation>电脑内存不够</translation>
    </message>
    <message>
        <source>The element {0} cannot be kept</source>
        <translation>元素 {0} 无法保留</translation>
    </message>
    <message>
        <source>The file holds no keys</source>
        <translation>该文件中没有快捷键</translation>
    </message>
    <message>
        <source>The file is damaged or hostile: get it anew, or convert it</source>
        <translation>文件已损坏或含有恶意内容：请重新获取，或转换格式</translation>
    </message>
    <message>
        <source>The first frame of {0} cannot be decoded</source>
        <translation>{0} 的第一帧无法解码</translation>
    </message>
    <message>
        <source>The method qlora in 4 bits needs bitsandbytes</source>
        <translation>4 位的 qlora 方法需要 bitsandbytes</translation>
    </message>
    <message>
        <source>The model cannot be loaded in 4 bits</source>
        <translation>无法以 4 位加载模型</translation>
    </message>
    <message>
        <source>did not finish in {0} s</source>
        <translation>在 {0} 秒内没有完成</translation>
    </message>
    <message>
        <source>install bitsandbytes, or use --bits 8</source>
        <translation>安装 bitsandbytes，或使用 --bits 8</translation>
    </message>
    <message>
        <source>one mask became its box; the original is kept for COCO ({0})</source>
        <translation>1 个遮罩已变为其外框；原始形状为 COCO 保留（{0}）</translation>
    </message>
    <message>
        <source>one medium keeps its review state in the project</source>
        <translation>1 个媒体在项目中保留其复核状态</translation>
    </message>
    <message>
        <source>one medium keeps its split in the project</source>
        <translation>1 个媒体在项目中保留其数据划分</translation>
    </message>
    <message>
        <source>one polygon became its box; the original is kept for YOLO</source>
        <translation>1 个多边形已变为其外框；原始形状为 YOLO 保留</translation>
    </message>
    <message>
        <source>one prediction of a model is not taken</source>
        <translation>1 个模型的预测未采用</translation>
    </message>
    <message>
        <source>one shape became its box; the original is kept for CVAT</source>
        <translation>1 个形状已变为其外框；原始形状为 CVAT 保留</translation>
    </message>
    <message>
        <source>one shape became its box; the original is kept for Label Studio</source>
        <translation>1 个形状已变为其外框；原始形状为 Label Studio 保留</translation>
    </message>
    <message>
        <source>one shape became its box; the original is kept for labelme</source>
        <translation>1 个形状已变为其外框；原始形状为 labelme 保留</translation>
    </message>
    <message>
        <source>one track of other shapes became boxes; the original is kept for CVAT</source>
        <translation>1 条由其他形状构成的轨迹已变为框；原始形状为 CVAT 保留</translation>
    </message>
    <message>
        <source>only a GPU replays what was recorded</source>
        <translation>只有 GPU 能重放录制的计算</translation>
    </message>
    <message>
        <source>use --bits 8 or --method lora</source>
        <translation>使用 --bits 8 或 --method lora</translation>
    </message>
    <message>
        <source>{count} masks became their boxes; the originals are kept for COCO ({0})</source>
        <translation>{count} 个遮罩已变为其外框；原始形状为 COCO 保留（{0}）</translation>
    </message>
    <message>
        <source>{count} polygons became their boxes; the originals are kept for YOLO</source>
        <translation>{count} 个多边形已变为其外框；原始形状为 YOLO 保留</translation>
    </message>
    <message>
        <source>{count} predictions of models are not taken</source>
        <translation>{count} 个模型的预测未采用</translation>
    </message>
    <message>
        <source>{count} shapes became their boxes; the originals are kept for CVAT</source>
        <translation>{count} 个形状已变为其外框；原始形状为 CVAT 保留</translation>
    </message>
    <message>
        <source>{count} shapes became their boxes; the originals are kept for Label Studio</source>
        <translation>{count} 个形状已变为其外框；原始形状为 Label Studio 保留</translation>
    </message>
    <message>
        <source>{count} shapes became their boxes; the originals are kept for labelme</source>
        <translation>{count} 个形状已变为其外框；原始形状为 labelme 保留</translation>
    </message>
    <message>
        <source>{count} tracks of other shapes became boxes; the originals are kept for CVAT</source>
        <translation>{count} 条由其他形状构成的轨迹已变为框；原始形状为 CVAT 保留</translation>
    </message>
    <message>
        <source>The folder {0} of {1} is not known here</source>
        <translation>{1} 的文件夹 {0} 在此处未知</translation>
    </message>
    <message>
        <source>It holds text</source>
        <translation>其内容为文本</translation>
    </message>
    <message>
        <source>Its contents are of no kind that can be read</source>
        <translation>其内容不属于可读取的类型</translation>
    </message>
    <message>
        <source>Resize “{0}”</source>
        <translation>调整大小“{0}”</translation>
    </message>
    <message>
        <source>The hub at {0} cannot be reached</source>
        <translation>无法连接位于 {0} 的模型库</translation>
    </message>
    <message>
        <source>The hub&apos;s {0} does not hold {1}</source>
        <translation>模型库的 {0} 中没有 {1}</translation>
    </message>
    <message>
        <source>The keys could not be read</source>
        <translation>无法读取快捷键</translation>
    </message>
    <message>
        <source>The keys could not be saved</source>
        <translation>无法保存快捷键</translation>
    </message>
    <message>
        <source>The larger sibling of grounding-dino-tiny: more accurate, slower.</source>
        <translation>grounding-dino-tiny 的更大版本：更准确，也更慢。</translation>
    </message>
    <message>
        <source>The licences of {0} have not been accepted</source>
        <translation>尚未接受 {0} 的许可证</translation>
    </message>
    <message>
        <source>The medium {0} was not found</source>
        <translation>没有找到媒体 {0}</translation>
    </message>
    <message>
        <source>The memory ran out while learning</source>
        <translation>学习时内存耗尽</translation>
    </message>
    <message>
        <source>The model keeps crashing</source>
        <translation>模型不断崩溃</translation>
    </message>
    <message>
        <source>The model was not taught</source>
        <translation>模型未能完成训练</translation>
    </message>
    <message>
        <source>The model was not taught to write times here: spans are where it is probably present, window by window</source>
        <translation>模型没有学过在此写出时间：这些时间段是逐个窗口判断很可能存在的位置</translation>
    </message>
    <message>
        <source>The model {0} cannot answer about {1}</source>
        <translation>模型 {0} 无法回答关于 {1} 的问题</translation>
    </message>
    <message>
        <source>The model {0} cannot chat</source>
        <translation>模型 {0} 不能对话</translation>
    </message>
    <message>
        <source>The model {0} cannot {1}</source>
        <translation>模型 {0} 不能{1}</translation>
    </message>
    <message>
        <source>The model {0} does not know both pictures and sounds</source>
        <translation>模型 {0} 不能同时理解图片和声音</translation>
    </message>
    <message>
        <source>The model {0} has nothing to answer about</source>
        <translation>模型 {0} 没有可回答的内容</translation>
    </message>
    <message>
        <source>The model {0} knows {1}, and no {2}</source>
        <translation>模型 {0} 能理解{1}，不能理解{2}</translation>
    </message>
    <message>
        <source>The model {0} stopped working</source>
        <translation>模型 {0} 停止了工作</translation>
    </message>
    <message>
        <source>The model&apos;s process cannot be started</source>
        <translation>无法启动模型的进程</translation>
    </message>
    <message>
        <source>The name {0} is not valid text</source>
        <translation>名称 {0} 不是有效的文本</translation>
    </message>
    <message>
        <source>The new model finds “{0}” with IoU {1}</source>
        <translation>新模型找到了“{0}”，IoU 为 {1}</translation>
    </message>
    <message>
        <source>The picture cannot be shown</source>
        <translation>无法显示该图片</translation>
    </message>
    <message>
        <source>The picture encoder that groundinggpt-7b looks through; answers nothing by itself.</source>
        <translation>groundinggpt-7b 用来看图的图片编码器；本身不能回答任何问题。</translation>
    </message>
    <message>
        <source>The pictures of {0} cannot be read</source>
        <translation>无法读取 {0} 的画面</translation>
    </message>
    <message>
        <source>The process that reads the weights ended early</source>
        <translation>读取权重的进程提前结束</translation>
    </message>
    <message>
        <source>The process that teaches ended by itself</source>
        <translation>训练进程自行结束了</translation>
    </message>
    <message>
        <source>The project has changed in the meantime; nothing was written</source>
        <translation>项目在此期间发生了变化；未写入任何内容</translation>
    </message>
    <message>
        <source>The project has no medium {0}</source>
        <translation>项目中没有媒体 {0}</translation>
    </message>
    <message>
        <source>The project was written by a newer GroundLabel</source>
        <translation>项目由更新版本的 GroundLabel 写成</translation>
    </message>
    <message>
        <source>The published GroundingGPT: boxes in pictures, spans in video and sound, conversation. Needs a GPU.</source>
        <translation>已发布的 GroundingGPT：图片中的框、视频和声音中的时间段、对话。需要 GPU。</translation>
    </message>
    <message>
        <source>The question and its media do not fit into the model&apos;s memory</source>
        <translation>问题及其媒体超出了模型的容量</translation>
    </message>
    <message>
        <source>The question is empty</source>
        <translation>问题为空</translation>
    </message>
    <message>
        <source>The report cannot be written to {0}</source>
        <translation>无法将报告写入 {0}</translation>
    </message>
    <message>
        <source>The report {0} cannot be written</source>
        <translation>报告 {0} 无法写入</translation>
    </message>
    <message>
        <source>The sample project cannot be put into {0}</source>
        <translation>无法将示例项目放入 {0}</translation>
    </message>
    <message>
        <source>The settings could not be saved in {0}</source>
        <translation>无法将设置保存到 {0}</translation>
    </message>
    <message>
        <source>The settings in {0} are damaged</source>
        <translation>{0} 中的设置已损坏</translation>
    </message>
    <message>
        <source>The settings in {0} cannot be read</source>
        <translation>无法读取 {0} 中的设置</translation>
    </message>
    <message>
        <source>The smallest number is above the largest</source>
        <translation>最小值大于最大值</translation>
    </message>
    <message>
        <source>The sound cannot be shown</source>
        <translation>无法显示该声音</translation>
    </message>
    <message>
        <source>The sound of {0} cannot be read</source>
        <translation>无法读取 {0} 的声音</translation>
    </message>
    <message>
        <source>The tokenizer in {0} does not fit the weights</source>
        <translation>{0} 中的分词器与权重不匹配</translation>
    </message>
    <message>
        <source>The tokenizer lacks {0}</source>
        <translation>分词器缺少 {0}</translation>
    </message>
    <message>
        <source>The values of a choice differ, and none is empty</source>
        <translation>单选的各个值互不相同，且都不为空</translation>
    </message>
    <message>
        <source>The waveform of {0} cannot be kept in {1}</source>
        <translation>{0} 的波形无法保存到 {1}</translation>
    </message>
    <message>
        <source>The weights in {0} cannot be loaded</source>
        <translation>无法加载 {0} 中的权重</translation>
    </message>
    <message>
        <source>The weights in {0} do not fit its config.json</source>
        <translation>{0} 中的权重与其 config.json 不匹配</translation>
    </message>
    <message>
        <source>The {0} are taken to be in {1}, the last of {2} that could be meant</source>
        <translation>{0}视为在 {1} 中，它是 {2} 个可能对象中的最后一个</translation>
    </message>
    <message>
        <source>There is already a model {0}</source>
        <translation>已有模型 {0}</translation>
    </message>
    <message>
        <source>There is an attribute “{0}” already</source>
        <translation>已有属性“{0}”</translation>
    </message>
    <message>
        <source>There is no answer to give again</source>
        <translation>没有可以重新给出的回答</translation>
    </message>
    <message>
        <source>There is no file or folder {0}</source>
        <translation>没有文件或文件夹 {0}</translation>
    </message>
    <message>
        <source>There is no file {0}</source>
        <translation>没有文件 {0}</translation>
    </message>
    <message>
        <source>There is no folder {0}</source>
        <translation>没有文件夹 {0}</translation>
    </message>
    <message>
        <source>There is no format {0}</source>
        <translation>没有格式 {0}</translation>
    </message>
    <message>
        <source>There is no medium {0} in this conversation</source>
        <translation>此对话中没有媒体 {0}</translation>
    </message>
    <message>
        <source>There is no method {0}</source>
        <translation>没有方法 {0}</translation>
    </message>
    <message>
        <source>There is no model {0}</source>
        <translation>没有模型 {0}</translation>
    </message>
    <message>
        <source>There is no precision of {0} bits</source>
        <translation>没有 {0} 位的精度</translation>
    </message>
    <message>
        <source>There is no project {0}</source>
        <translation>没有项目 {0}</translation>
    </message>
    <message>
        <source>There is no room for the new model in {0}</source>
        <translation>{0} 中没有存放新模型的空间</translation>
    </message>
    <message>
        <source>There is no room for what was read</source>
        <translation>没有空间存放读取的内容</translation>
    </message>
    <message>
        <source>There is no stage {0}</source>
        <translation>没有第 {0} 阶段</translation>
    </message>
    <message>
        <source>There is no time in it to ask about</source>
        <translation>其中没有可供提问的时间</translation>
    </message>
    <message>
        <source>There is no usable CUDA device</source>
        <translation>没有可用的 CUDA 设备</translation>
    </message>
    <message>
        <source>There is not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>There is not enough memory for the model</source>
        <translation>内存不足以运行该模型</translation>
    </message>
    <message>
        <source>There is not enough room to {0}</source>
        <translation>空间不足，无法{0}</translation>
    </message>
    <message>
        <source>There is nothing to answer</source>
        <translation>没有可回答的内容</translation>
    </message>
    <message>
        <source>There is nothing to learn from</source>
        <translation>没有可学习的内容</translation>
    </message>
    <message>
        <source>There is nothing to look for</source>
        <translation>没有可查找的内容</translation>
    </message>
    <message>
        <source>There is nothing to measure by in {0}</source>
        <translation>{0} 中没有可用于衡量的内容</translation>
    </message>
    <message>
        <source>There is nothing to merge</source>
        <translation>没有可合并的内容</translation>
    </message>
    <message>
        <source>There is nothing to resume in {0}</source>
        <translation>{0} 中没有可继续的运行</translation>
    </message>
    <message>
        <source>There is nothing to {0} in {1} from {2} s to {3} s</source>
        <translation>{1} 中从 {2} 秒到 {3} 秒没有可{0}的内容</translation>
    </message>
    <message>
        <source>There is nothing to {0} in {1}{2}</source>
        <translation>在{1}{2} 中没有可用的内容（{0}）</translation>
    </message>
    <message>
        <source>There is too little to learn from and to measure by</source>
        <translation>可供学习和衡量的内容太少</translation>
    </message>
    <message>
        <source>They are in a coding that is not known here</source>
        <translation>它们的编码方式未知</translation>
    </message>
    <message>
        <source>This checkpoint cannot hear</source>
        <translation>此检查点不能听</translation>
    </message>
    <message>
        <source>This checkpoint knows no image</source>
        <translation>此检查点不能理解图片</translation>
    </message>
    <message>
        <source>This checkpoint knows no video</source>
        <translation>此检查点不能理解视频</translation>
    </message>
    <message>
        <source>This checkpoint knows no {0}</source>
        <translation>此检查点不能理解{0}</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Two media have the same id</source>
        <translation>两个媒体的标识相同</translation>
    </message>
    <message>
        <source>Type another value</source>
        <translation>请输入另一个值</translation>
    </message>
    <message>
        <source>Type what it shows</source>
        <translation>请输入它显示的内容</translation>
    </message>
    <message>
        <source>Type what to look for</source>
        <translation>请输入要查找的内容</translation>
    </message>
    <message>
        <source>Update GroundLabel</source>
        <translation>请更新 GroundLabel</translation>
    </message>
    <message>
        <source>Update GroundLabel to open it</source>
        <translation>请更新 GroundLabel 后再打开</translation>
    </message>
    <message>
        <source>VLM-R1 conversation rows (JSON lines)</source>
        <translation>VLM-R1 对话数据（JSON 行）</translation>
    </message>
    <message>
        <source>VOC is a folder of files</source>
        <translation>VOC 是由文件组成的文件夹</translation>
    </message>
    <message>
        <source>Videos and sounds cannot be read</source>
        <translation>无法读取视频和声音</translation>
    </message>
    <message>
        <source>Videos are looked at in {0} frames instead of {1} for want of memory</source>
        <translation>由于内存不足，视频只查看 {0} 帧，而不是 {1} 帧</translation>
    </message>
    <message>
        <source>WebVTT (a file per medium)</source>
        <translation>WebVTT（每个媒体一个文件）</translation>
    </message>
    <message>
        <source>What it could do before was not examined</source>
        <translation>没有检验它以前的能力</translation>
    </message>
    <message>
        <source>What was changed holds until the window closes</source>
        <translation>所作的更改在窗口关闭前有效</translation>
    </message>
    <message>
        <source>Write a question</source>
        <translation>请写下问题</translation>
    </message>
    <message>
        <source>Writing into the project</source>
        <translation>正在写入项目</translation>
    </message>
    <message>
        <source>Writing the file</source>
        <translation>正在写入文件</translation>
    </message>
    <message>
        <source>Writing the model</source>
        <translation>正在写入模型</translation>
    </message>
    <message>
        <source>Writing {0}</source>
        <translation>正在写入 {0}</translation>
    </message>
    <message>
        <source>YOLO detection (a folder of texts)</source>
        <translation>YOLO 检测（一个文本文件夹）</translation>
    </message>
    <message>
        <source>YOLO is a folder of files</source>
        <translation>YOLO 是由文件组成的文件夹</translation>
    </message>
    <message>
        <source>`models download {0}`, or put that folder beside the model&apos;s</source>
        <translation>请执行 `models download {0}`，或将该文件夹放到模型文件夹旁边</translation>
    </message>
    <message>
        <source>`models verify {0}` looks whether it is whole</source>
        <translation>可用 `models verify {0}` 检查其是否完整</translation>
    </message>
    <message>
        <source>a clip of unknown length is not in conversation rows</source>
        <translation>长度未知的剪辑不会写入对话数据</translation>
    </message>
    <message>
        <source>a cue without words</source>
        <translation>没有文字的字幕条</translation>
    </message>
    <message>
        <source>a key box has no area</source>
        <translation>1 个关键框没有面积</translation>
    </message>
    <message>
        <source>a label without text says nothing</source>
        <translation>没有文字的标签不表示任何内容</translation>
    </message>
    <message>
        <source>a line end in a picture&apos;s name became a space</source>
        <translation>图片名称中的换行已变为空格</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>a list of {0} expected, found {1}</source>
        <translation>应为{0}的列表，实为 {1}</translation>
    </message>
    <message>
        <source>a long Change is cut off</source>
        <translation>一个很长的更改被截断</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>a picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>a picture of unknown size is not in conversation rows</source>
        <translation>尺寸未知的图片不会写入对话数据</translation>
    </message>
    <message>
        <source>a picture with a sound</source>
        <translation>带声音的图片</translation>
    </message>
    <message>
        <source>a question without answer</source>
        <translation>没有回答的问题</translation>
    </message>
    <message>
        <source>a question without words</source>
        <translation>没有文字的问题</translation>
    </message>
    <message>
        <source>a record has encoding {0}, this one reads up to {1}</source>
        <translation>有记录的编码版本为 {0}，而此版本最高只能读取 {1}</translation>
    </message>
    <message>
        <source>a region at a frame of a video of unknown frame rate</source>
        <translation>帧率未知的视频中某一帧上的区域</translation>
    </message>
    <message>
        <source>a region at a frame that there is not: {0}</source>
        <translation>区域所在的帧不存在：{0}</translation>
    </message>
    <message>
        <source>a region is not written: {0}</source>
        <translation>有一个区域未写入：{0}</translation>
    </message>
    <message>
        <source>a region of a medium of unknown size</source>
        <translation>尺寸未知的媒体中的区域</translation>
    </message>
    <message>
        <source>a region of the type {0} has no box</source>
        <translation>类型为 {0} 的区域没有框</translation>
    </message>
    <message>
        <source>a region of {0} has numbers beyond any medium</source>
        <translation>{0} 的区域的数值超出任何媒体</translation>
    </message>
    <message>
        <source>a region with {0} labels became as many</source>
        <translation>带有 {0} 个标签的区域变为同样数量的区域</translation>
    </message>
    <message>
        <source>a rejected region that is no box is not held</source>
        <translation>被拒绝的非框区域无法容纳</translation>
    </message>
    <message>
        <source>a row of no medium</source>
        <translation>没有媒体的行</translation>
    </message>
    <message>
        <source>a row of no picture, or of several</source>
        <translation>没有图片或有多张图片的行</translation>
    </message>
    <message>
        <source>a row of several media</source>
        <translation>有多个媒体的行</translation>
    </message>
    <message>
        <source>a segment of a medium of unknown length</source>
        <translation>时长未知的媒体中的片段</translation>
    </message>
    <message>
        <source>a sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a track of more than {0} frames is not written</source>
        <translation>超过 {0} 帧的轨迹不会写入</translation>
    </message>
    <message>
        <source>a track of {0} is never on the screen</source>
        <translation>{0} 的一条轨迹从未出现在画面中</translation>
    </message>
    <message>
        <source>a track that goes and comes again became {0} tracks</source>
        <translation>中断后又出现的轨迹已变为 {0} 条轨迹</translation>
    </message>
    <message>
        <source>a video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>about {0} GB are needed ({1} for weights, {2} for learning, {3} for a pass) and {4} GB are free</source>
        <translation>大约需要 {0} GB（权重 {1}，学习 {2}，一次运算 {3}），可用 {4} GB</translation>
    </message>
    <message>
        <source>absence recognised (“not present”)</source>
        <translation>正确识别不存在（“不存在”）</translation>
    </message>
    <message>
        <source>add it without --link</source>
        <translation>请不带 --link 添加</translation>
    </message>
    <message>
        <source>an attribute cannot be used: {0}</source>
        <translation>1 个属性无法使用：{0}</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>an object is expected</source>
        <translation>应为一个对象</translation>
    </message>
    <message>
        <source>ann_id {0} is no usable box of {1}</source>
        <translation>ann_id {0} 不是 {1} 的可用的框</translation>
    </message>
    <message>
        <source>annotate more of them</source>
        <translation>请多标注一些</translation>
    </message>
    <message>
        <source>annotate more, or start from the base&apos;s own base</source>
        <translation>请多标注一些，或从该基础模型自身的基础模型开始</translation>
    </message>
    <message>
        <source>annotation {0} was changed in the project; the project&apos;s is kept</source>
        <translation>标注 {0} 在项目中已更改；保留项目中的内容</translation>
    </message>
    <message>
        <source>another base may, such as {0}</source>
        <translation>其他基础模型也许可以，例如 {0}</translation>
    </message>
    <message>
        <source>audio</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>不好</translation>
    </message>
    <message>
        <source>bitsandbytes cannot be used: {0}</source>
        <translation>bitsandbytes 无法使用：{0}</translation>
    </message>
    <message>
        <source>boxes</source>
        <translation>框</translation>
    </message>
    <message>
        <source>boxes are written with {0} decimals; the exact ones stand beside ({1})</source>
        <translation>框以 {0} 位小数写入；精确值在其旁边（{1}）</translation>
    </message>
    <message>
        <source>boxes at a frame</source>
        <translation>帧上的框</translation>
    </message>
    <message>
        <source>boxes at a frame and tracks are not in conversation rows</source>
        <translation>帧上的框和轨迹不会写入对话数据</translation>
    </message>
    <message>
        <source>boxes at a frame, tracks</source>
        <translation>帧上的框、轨迹</translation>
    </message>
    <message>
        <source>boxes that fit (IoU ≥ 0.5)</source>
        <translation>吻合的框（IoU ≥ 0.5）</translation>
    </message>
    <message>
        <source>boxes that fit well (IoU ≥ 0.75)</source>
        <translation>高度吻合的框（IoU ≥ 0.75）</translation>
    </message>
    <message>
        <source>boxes were turned with the picture&apos;s EXIF orientation</source>
        <translation>框已随图片的 EXIF 方向一同旋转</translation>
    </message>
    <message>
        <source>boxes, boxes at a frame, segments, tracks</source>
        <translation>框、帧上的框、片段、轨迹</translation>
    </message>
    <message>
        <source>byte {0} is not</source>
        <translation>字节 {0} 不是</translation>
    </message>
    <message>
        <source>byte {0} or near is not</source>
        <translation>字节 {0} 或其附近不是</translation>
    </message>
    <message>
        <source>category ids below 1 are counted anew from 1</source>
        <translation>小于 1 的类别编号从 1 起重新编号</translation>
    </message>
    <message>
        <source>check the name</source>
        <translation>请检查名称</translation>
    </message>
    <message>
        <source>choose 1, 2 or 3</source>
        <translation>请选择 1、2 或 3</translation>
    </message>
    <message>
        <source>choose a folder that can be written</source>
        <translation>请选择可以写入的文件夹</translation>
    </message>
    <message>
        <source>choose adapters (LoRA) under More options, Method</source>
        <translation>请在“更多选项”的“方法”中选择适配器 (LoRA)</translation>
    </message>
    <message>
        <source>choose another model for a conversation</source>
        <translation>请为对话选择另一个模型</translation>
    </message>
    <message>
        <source>choose another model for it</source>
        <translation>请为其选择另一个模型</translation>
    </message>
    <message>
        <source>choose another place</source>
        <translation>请选择另一个位置</translation>
    </message>
    <message>
        <source>choose another split, or leave it out</source>
        <translation>请选择另一个划分，或不作选择</translation>
    </message>
    <message>
        <source>choose auto, 16, 8 or 4</source>
        <translation>请选择 auto、16、8 或 4</translation>
    </message>
    <message>
        <source>choose one of {0}</source>
        <translation>请选择其一：{0}</translation>
    </message>
    <message>
        <source>close other programs, and try again</source>
        <translation>请关闭其他程序后再试</translation>
    </message>
    <message>
        <source>close other programs, or choose a smaller model</source>
        <translation>请关闭其他程序，或选择更小的模型</translation>
    </message>
    <message>
        <source>code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>code and weights</source>
        <translation>代码和权重</translation>
    </message>
    <message>
        <source>config.json or weights are missing</source>
        <translation>缺少 config.json 或权重</translation>
    </message>
    <message>
        <source>copy both again</source>
        <translation>请重新复制两者</translation>
    </message>
    <message>
        <source>copy it again</source>
        <translation>请重新复制</translation>
    </message>
    <message>
        <source>copy one of them there</source>
        <translation>请将其中之一复制到那里</translation>
    </message>
    <message>
        <source>copy or download it again</source>
        <translation>请重新复制或下载</translation>
    </message>
    <message>
        <source>copy or download the folder again</source>
        <translation>请重新复制或下载该文件夹</translation>
    </message>
    <message>
        <source>copy the checkpoint&apos;s folder again</source>
        <translation>请重新复制检查点的文件夹</translation>
    </message>
    <message>
        <source>do not use it unless you know who made it; ask them for safetensors</source>
        <translation>除非知道是谁制作的，否则请勿使用；请向其索取 safetensors 格式</translation>
    </message>
    <message>
        <source>do not use this checkpoint</source>
        <translation>请勿使用此检查点</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>ended the process that imported it (exit code {0})</source>
        <translation>使导入它的进程终止（退出代码 {0}）</translation>
    </message>
    <message>
        <source>every expression there has rejections only, so no right answer is known</source>
        <translation>其中的每个描述都只有拒绝，因此没有已知的正确答案</translation>
    </message>
    <message>
        <source>exit code {0}; its log is {1}</source>
        <translation>退出码 {0}；其日志为 {1}</translation>
    </message>
    <message>
        <source>frame numbers became the times of the video&apos;s frames</source>
        <translation>帧号已换算为视频各帧的时间</translation>
    </message>
    <message>
        <source>frame numbers became times at {0} frames a second</source>
        <translation>帧号已按每秒 {0} 帧换算为时间</translation>
    </message>
    <message>
        <source>further fields of one medium are not kept, because the project has it already and no region carries them</source>
        <translation>1 个媒体的其他字段未保留，因为项目中已有该媒体，且没有区域可携带这些字段</translation>
    </message>
    <message>
        <source>further fields of {count} media are not kept, because the project has them already and no region carries them</source>
        <translation>{count} 个媒体的其他字段未保留，因为项目中已有这些媒体，且没有区域可携带这些字段</translation>
    </message>
    <message>
        <source>give a folder on another disk with --out</source>
        <translation>请用 --out 指定另一磁盘上的文件夹</translation>
    </message>
    <message>
        <source>give a folder with --out</source>
        <translation>请用 --out 指定文件夹</translation>
    </message>
    <message>
        <source>give another folder with --out</source>
        <translation>请用 --out 指定另一个文件夹</translation>
    </message>
    <message>
        <source>give another name with --name</source>
        <translation>请用 --name 指定另一个名称</translation>
    </message>
    <message>
        <source>give another name with --name, or `models remove {0}` first</source>
        <translation>请用 --name 指定另一个名称，或先执行 `models remove {0}`</translation>
    </message>
    <message>
        <source>give another with --name</source>
        <translation>请用 --name 另行指定</translation>
    </message>
    <message>
        <source>give one of these names or a folder</source>
        <translation>请指定其中一个名称或一个文件夹</translation>
    </message>
    <message>
        <source>give one of these names; another model&apos;s folder is taken in by `models add FOLDER`</source>
        <translation>请指定其中一个名称；其他模型的文件夹可用 `models add FOLDER` 加入</translation>
    </message>
    <message>
        <source>give one of {0}</source>
        <translation>请指定其一：{0}</translation>
    </message>
    <message>
        <source>give the same as then, or another folder with --out</source>
        <translation>请与当时保持一致，或用 --out 指定另一个文件夹</translation>
    </message>
    <message>
        <source>go on with --resume --batch {0} --accumulate {1}</source>
        <translation>请用 --resume --batch {0} --accumulate {1} 继续</translation>
    </message>
    <message>
        <source>go on with --resume, or give another folder with --out</source>
        <translation>请用 --resume 继续，或用 --out 指定另一个文件夹</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>hear</source>
        <translation>听</translation>
    </message>
    <message>
        <source>image</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>in work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>is on the list, but not in the source</source>
        <translation>在列表中，但不在来源中</translation>
    </message>
    <message>
        <source>it answers about pictures, and this is {0}</source>
        <translation>它回答关于图片的问题，而这是{0}</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>无法写入</translation>
    </message>
    <message>
        <source>it cannot {0}</source>
        <translation>它不能{0}</translation>
    </message>
    <message>
        <source>it crashed the process that read it (exit code {0}; log: {1})</source>
        <translation>它使读取它的进程崩溃（退出码 {0}；日志：{1}）</translation>
    </message>
    <message>
        <source>it does not say that it holds keys of GroundLabel</source>
        <translation>它没有说明自己包含 GroundLabel 的快捷键</translation>
    </message>
    <message>
        <source>it has neither {0} nor {1}, whole or in parts</source>
        <translation>其中既没有 {0} 也没有 {1}，无论完整还是分段</translation>
    </message>
    <message>
        <source>it has no config.json</source>
        <translation>其中没有 config.json</translation>
    </message>
    <message>
        <source>it has version {0}, this one knows up to {1}</source>
        <translation>其版本为 {0}，而此程序最高支持 {1}</translation>
    </message>
    <message>
        <source>it has {0}</source>
        <translation>其中有 {0}</translation>
    </message>
    <message>
        <source>it has {0} tokens with those of the media, and the weights know {1}</source>
        <translation>加上媒体的标记，它有 {0} 个标记，而权重对应 {1} 个</translation>
    </message>
    <message>
        <source>it holds no byte</source>
        <translation>其中没有一个字节</translation>
    </message>
    <message>
        <source>it holds no tensors</source>
        <translation>其中没有张量</translation>
    </message>
    <message>
        <source>it is a binary TextGrid</source>
        <translation>这是二进制 TextGrid</translation>
    </message>
    <message>
        <source>it is cut short, or no safetensors file at all</source>
        <translation>它不完整，或根本不是 safetensors 文件</translation>
    </message>
    <message>
        <source>it is damaged ({0})</source>
        <translation>它已损坏（{0}）</translation>
    </message>
    <message>
        <source>it is longer than {0} bytes</source>
        <translation>它超过 {0} 字节</translation>
    </message>
    <message>
        <source>it is nested too deep</source>
        <translation>嵌套层次过深</translation>
    </message>
    <message>
        <source>it is no list of SHA-256 hashes and names</source>
        <translation>其中不是 SHA-256 哈希值与名称的列表</translation>
    </message>
    <message>
        <source>it is no plain table of tensors: it holds code or other objects, and nothing of it was run</source>
        <translation>它不是单纯的张量表：其中含有代码或其他对象，均未运行</translation>
    </message>
    <message>
        <source>it is no table</source>
        <translation>它不是表</translation>
    </message>
    <message>
        <source>it is not installed</source>
        <translation>尚未安装</translation>
    </message>
    <message>
        <source>it is part of GroundLabel&apos;s own folder</source>
        <translation>它是 GroundLabel 自身文件夹的一部分</translation>
    </message>
    <message>
        <source>it leads round in circles</source>
        <translation>它形成了循环</translation>
    </message>
    <message>
        <source>it leads to an unencrypted address</source>
        <translation>它指向未加密的地址</translation>
    </message>
    <message>
        <source>it lists no files</source>
        <translation>其中没有列出任何文件</translation>
    </message>
    <message>
        <source>it looks through CLIP, and there is no folder {0} beside it, in ckpt/, or in {1}</source>
        <translation>它通过 CLIP 看图，而在其旁边、ckpt/ 或 {1} 中都没有文件夹 {0}</translation>
    </message>
    <message>
        <source>it must be {0}</source>
        <translation>必须为 {0}</translation>
    </message>
    <message>
        <source>it only answers where or when something is</source>
        <translation>它只回答某物在何处或何时</translation>
    </message>
    <message>
        <source>it points outside the file, to {0}</source>
        <translation>它指向文件之外的 {0}</translation>
    </message>
    <message>
        <source>it remembers a value as number {0}</source>
        <translation>它将一个值记为编号 {0}</translation>
    </message>
    <message>
        <source>it stands in {0}</source>
        <translation>它位于 {0}</translation>
    </message>
    <message>
        <source>it takes {0} MB and a little to spare, and {1} MB are free at {2}</source>
        <translation>需要 {0} MB 及少量余量，而 {2} 只有 {1} MB 可用</translation>
    </message>
    <message>
        <source>it wants to load {0}.{1}</source>
        <translation>它试图加载 {0}.{1}</translation>
    </message>
    <message>
        <source>it was taught questions about a medium, and none is shown</source>
        <translation>它学的是关于媒体的问题，而现在没有展示任何媒体</translation>
    </message>
    <message>
        <source>its code is {0}, and its last words are in behind.log in the log folder</source>
        <translation>其退出码为 {0}，最后的输出在日志文件夹的 behind.log 中</translation>
    </message>
    <message>
        <source>its entry {0} does not have the bytes that its shape needs</source>
        <translation>其条目 {0} 的字节数与形状不符</translation>
    </message>
    <message>
        <source>its entry {0} has negative sizes</source>
        <translation>其条目 {0} 含有负的尺寸</translation>
    </message>
    <message>
        <source>its entry {0} is malformed</source>
        <translation>其条目 {0} 格式有误</translation>
    </message>
    <message>
        <source>its entry {0} is something else</source>
        <translation>其条目 {0} 是其他内容</translation>
    </message>
    <message>
        <source>its header cannot be read</source>
        <translation>无法读取其文件头</translation>
    </message>
    <message>
        <source>its header is no table</source>
        <translation>其文件头不是表</translation>
    </message>
    <message>
        <source>its header speaks of {0} bytes of weights, and {1} are there</source>
        <translation>其文件头声明有 {0} 字节的权重，实有 {1} 字节</translation>
    </message>
    <message>
        <source>its keys are no table</source>
        <translation>其中的快捷键不是表</translation>
    </message>
    <message>
        <source>its sizes cannot be read from config.json and the weights: {0} {1}</source>
        <translation>无法从 config.json 和权重中读出其尺寸：{0} {1}</translation>
    </message>
    <message>
        <source>its tensors overlap or leave gaps</source>
        <translation>其张量相互重叠或留有空隙</translation>
    </message>
    <message>
        <source>its tokens have numbers up to {0}, the model has {1} of them</source>
        <translation>其标记的编号最大为 {0}，而模型有 {1} 个</translation>
    </message>
    <message>
        <source>its weights take {0} GB and {1} GB are free</source>
        <translation>其权重需要 {0} GB，而可用 {1} GB</translation>
    </message>
    <message>
        <source>its {0} hash should be {1} and is {2}</source>
        <translation>其 {0} 哈希值应为 {1}，实为 {2}</translation>
    </message>
    <message>
        <source>known kinds are {0}</source>
        <translation>已知的种类有 {0}</translation>
    </message>
    <message>
        <source>known models: {0}</source>
        <translation>已知的模型：{0}</translation>
    </message>
    <message>
        <source>labelme (a folder of JSON files)</source>
        <translation>labelme（一个 JSON 文件夹）</translation>
    </message>
    <message>
        <source>labels/{0} is another picture&apos;s; its text is labels/{1}.txt, which YOLO itself does not find</source>
        <translation>labels/{0} 属于另一张图片；其文本为 labels/{1}.txt，YOLO 自身找不到它</translation>
    </message>
    <message>
        <source>leave --method out</source>
        <translation>请去掉 --method</translation>
    </message>
    <message>
        <source>look at the connection; models that are already here need none</source>
        <translation>请检查网络连接；已在本机的模型不需要网络</translation>
    </message>
    <message>
        <source>make it, or name another place</source>
        <translation>请创建它，或指定另一个位置</translation>
    </message>
    <message>
        <source>make room and start the download again: it goes on where it stopped</source>
        <translation>请腾出空间并重新开始下载：会从中断处继续</translation>
    </message>
    <message>
        <source>make room on that disk</source>
        <translation>请在该磁盘上腾出空间</translation>
    </message>
    <message>
        <source>make room on the disk, or let its temporary folder be written to</source>
        <translation>请腾出磁盘空间，或使其临时文件夹可写</translation>
    </message>
    <message>
        <source>make room, or set GROUNDLABEL_HOME to a folder on another disk</source>
        <translation>请腾出空间，或将 GROUNDLABEL_HOME 设为另一磁盘上的文件夹</translation>
    </message>
    <message>
        <source>malformed: {0}</source>
        <translation>格式有误：{0}</translation>
    </message>
    <message>
        <source>mark it where it is, if it is anywhere</source>
        <translation>如果存在，请在其所在处标注</translation>
    </message>
    <message>
        <source>mean IoU</source>
        <translation>平均 IoU</translation>
    </message>
    <message>
        <source>media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>media of this kind</source>
        <translation>此类媒体</translation>
    </message>
    <message>
        <source>models on this machine: {0}</source>
        <translation>本机上的模型：{0}</translation>
    </message>
    <message>
        <source>name a checkpoint&apos;s folder</source>
        <translation>请指定检查点的文件夹</translation>
    </message>
    <message>
        <source>name a checkpoint&apos;s own weights</source>
        <translation>请指定检查点自身的权重</translation>
    </message>
    <message>
        <source>name a file in it</source>
        <translation>请指定其中的文件</translation>
    </message>
    <message>
        <source>name a folder</source>
        <translation>请指定文件夹</translation>
    </message>
    <message>
        <source>name a new folder</source>
        <translation>请指定新的文件夹</translation>
    </message>
    <message>
        <source>name a project, such as NAME.groundlabel</source>
        <translation>请指定项目，例如 NAME.groundlabel</translation>
    </message>
    <message>
        <source>name another place for the export</source>
        <translation>请为导出指定另一个位置</translation>
    </message>
    <message>
        <source>name the folder that holds the media</source>
        <translation>请指定包含媒体的文件夹</translation>
    </message>
    <message>
        <source>name the model that needs it, such as groundinggpt-7b</source>
        <translation>请指定需要它的模型，例如 groundinggpt-7b</translation>
    </message>
    <message>
        <source>name their folder with --media</source>
        <translation>请用 --media 指定其文件夹</translation>
    </message>
    <message>
        <source>names are letters, digits, and . _ + - after the first</source>
        <translation>名称由字母、数字组成，首字符之后还可使用 . _ + -</translation>
    </message>
    <message>
        <source>needs review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新</translation>
    </message>
    <message>
        <source>not a picture, video or sound</source>
        <translation>不是图片、视频或声音</translation>
    </message>
    <message>
        <source>not present, and answered so</source>
        <translation>不存在，回答也如此</translation>
    </message>
    <message>
        <source>not present; answered {0}, score {1}</source>
        <translation>不存在；回答了 {0} 个，得分 {1}</translation>
    </message>
    <message>
        <source>numbers without a class are called unused-N in data.yaml</source>
        <translation>没有类别的编号在 data.yaml 中称为 unused-N</translation>
    </message>
    <message>
        <source>one absence gives way to a region</source>
        <translation>1 个“不存在”让位于区域</translation>
    </message>
    <message>
        <source>one absence is left out, because there is a region of these words</source>
        <translation>略去了 1 个“不存在”，因为已有同样描述的区域</translation>
    </message>
    <message>
        <source>one annotation that leans on another has</source>
        <translation>1 个依附于其他标注的标注</translation>
    </message>
    <message>
        <source>one annotation&apos;s fields of another format are not held</source>
        <translation>1 个标注的其他格式字段无法容纳</translation>
    </message>
    <message>
        <source>one answer of a model is not held</source>
        <translation>1 个模型回答无法容纳</translation>
    </message>
    <message>
        <source>one box of {0} has no area</source>
        <translation>{0} 的 1 个框没有面积</translation>
    </message>
    <message>
        <source>one box reaches beyond its picture, and is taken as written</source>
        <translation>1 个框超出其图片，按文件所写采用</translation>
    </message>
    <message>
        <source>one box that no expression refers to</source>
        <translation>1 个没有任何描述指代的框</translation>
    </message>
    <message>
        <source>one box without an expression has no ref</source>
        <translation>1 个没有描述的框没有 ref</translation>
    </message>
    <message>
        <source>one cancelled annotation is passed over</source>
        <translation>1 个已取消的标注已略过</translation>
    </message>
    <message>
        <source>one clip without segments is not held</source>
        <translation>1 个没有片段的剪辑无法容纳</translation>
    </message>
    <message>
        <source>one crowd became its box; the original is kept for COCO ({0})</source>
        <translation>1 个群体区域已变为其外框；原始形状为 COCO 保留（{0}）</translation>
    </message>
    <message>
        <source>one file of an earlier export was edited since and stays</source>
        <translation>早先导出的 1 个文件之后被编辑过，予以保留</translation>
    </message>
    <message>
        <source>one file of an earlier export was removed</source>
        <translation>已移除早先导出的 1 个文件</translation>
    </message>
    <message>
        <source>one medium of another kind is not held</source>
        <translation>1 个其他类型的媒体无法容纳</translation>
    </message>
    <message>
        <source>one medium without answers has no row</source>
        <translation>1 个没有回答的媒体没有对应的行</translation>
    </message>
    <message>
        <source>one medium without spans is not named</source>
        <translation>1 个没有时间段的媒体未列出</translation>
    </message>
    <message>
        <source>one medium&apos;s fields of another format are not held</source>
        <translation>1 个媒体的其他格式字段无法容纳</translation>
    </message>
    <message>
        <source>one of the {0}</source>
        <translation>1 个{0}</translation>
    </message>
    <message>
        <source>one picture inside a file is not kept</source>
        <translation>1 张文件内嵌的图片未保留</translation>
    </message>
    <message>
        <source>one picture&apos;s EXIF orientation</source>
        <translation>1 张图片的 EXIF 方向</translation>
    </message>
    <message>
        <source>one region is in the project already</source>
        <translation>1 个区域已在项目中</translation>
    </message>
    <message>
        <source>one region is said twice and becomes one</source>
        <translation>1 个区域重复出现，已合为一个</translation>
    </message>
    <message>
        <source>one region with several expressions is written once for each</source>
        <translation>1 个带多个描述的区域按描述各写一次</translation>
    </message>
    <message>
        <source>one rejected track is held as its first box</source>
        <translation>1 条被拒绝的轨迹以其第一个框保存</translation>
    </message>
    <message>
        <source>one rejection or absence is not held</source>
        <translation>1 个拒绝或“不存在”判定无法容纳</translation>
    </message>
    <message>
        <source>one result that is no region is only kept for Label Studio</source>
        <translation>1 个不是区域的结果只为 Label Studio 保留</translation>
    </message>
    <message>
        <source>one review state is not held</source>
        <translation>1 个复核状态无法容纳</translation>
    </message>
    <message>
        <source>one row asks what an earlier one asks: its further fields are not kept</source>
        <translation>1 行与前面某行问的相同：其他字段不予保留</translation>
    </message>
    <message>
        <source>one row on a straight line between two others</source>
        <translation>1 行位于另外两行之间的直线上，</translation>
    </message>
    <message>
        <source>one row&apos;s further fields are not held: nothing is said of its words any longer</source>
        <translation>1 行的其他字段无法容纳：其中的说法已不再使用</translation>
    </message>
    <message>
        <source>one span has no length</source>
        <translation>1 个时间段没有长度</translation>
    </message>
    <message>
        <source>one span without length {0}</source>
        <translation>1 个没有长度的时间段：{0}</translation>
    </message>
    <message>
        <source>one split is not held</source>
        <translation>1 个数据划分无法容纳</translation>
    </message>
    <message>
        <source>one tag of a picture is only kept for CVAT</source>
        <translation>1 个图片标记只为 CVAT 保留</translation>
    </message>
    <message>
        <source>one text looks like a tag and reads back without it</source>
        <translation>1 段文本形似标记，读回时会去掉它</translation>
    </message>
    <message>
        <source>one text loses</source>
        <translation>1 段文本</translation>
    </message>
    <message>
        <source>one time is not aligned and was put</source>
        <translation>1 个未对齐的时间</translation>
    </message>
    <message>
        <source>one time is rounded to a millisecond</source>
        <translation>1 个时间已四舍五入到毫秒</translation>
    </message>
    <message>
        <source>one track is held as boxes on the frames of its keys</source>
        <translation>1 条轨迹以其关键帧上的框保存</translation>
    </message>
    <message>
        <source>one track is of no task of the file</source>
        <translation>1 条轨迹不属于文件中的任何任务</translation>
    </message>
    <message>
        <source>only GroundingGPT models can be</source>
        <translation>只有 GroundingGPT 模型可以</translation>
    </message>
    <message>
        <source>only adapters can be trained on weights of {0} bits</source>
        <translation>{0} 位的权重只能训练适配器</translation>
    </message>
    <message>
        <source>open it in Praat and save it as a text file</source>
        <translation>请在 Praat 中打开并另存为文本文件</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>pictures and sounds</source>
        <translation>图片和声音</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>图片和视频</translation>
    </message>
    <message>
        <source>pictures, videos, sounds</source>
        <translation>图片、视频、声音</translation>
    </message>
    <message>
        <source>presence recognised</source>
        <translation>正确识别存在</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>有候选</translation>
    </message>
    <message>
        <source>read them with `models licence {0}`, then add --accept-licence</source>
        <translation>请用 `models licence {0}` 阅读，然后加上 --accept-licence</translation>
    </message>
    <message>
        <source>reading its beginning took longer than {0} s</source>
        <translation>读取其开头超过了 {0} 秒</translation>
    </message>
    <message>
        <source>remove that file; the model stays</source>
        <translation>请删除该文件；模型会保留</translation>
    </message>
    <message>
        <source>saved states and the model take {0} GB and {1} GB are free</source>
        <translation>保存的状态和模型占用 {0} GB，可用 {1} GB</translation>
    </message>
    <message>
        <source>say &quot;not present&quot; for some media</source>
        <translation>请将某些媒体标为“不存在”</translation>
    </message>
    <message>
        <source>see</source>
        <translation>看</translation>
    </message>
    <message>
        <source>segments</source>
        <translation>片段</translation>
    </message>
    <message>
        <source>show fewer media, or ask in fewer words</source>
        <translation>请展示较少的媒体，或用更短的话提问</translation>
    </message>
    <message>
        <source>show one first</source>
        <translation>请先展示一个</translation>
    </message>
    <message>
        <source>so few are soon known by heart</source>
        <translation>这么少的例子很快就会被死记硬背</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>stage 1 trains no layer of the language model that adapters could stand in for</source>
        <translation>第 1 阶段不训练语言模型中可由适配器代替的任何层</translation>
    </message>
    <message>
        <source>start again</source>
        <translation>请重新开始</translation>
    </message>
    <message>
        <source>start from another model, such as mini</source>
        <translation>请从其他模型开始，例如 mini</translation>
    </message>
    <message>
        <source>start the download again later: it goes on where it stopped</source>
        <translation>请稍后重新开始下载：会从中断处继续</translation>
    </message>
    <message>
        <source>start without --resume</source>
        <translation>请不带 --resume 重新开始</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试集</translation>
    </message>
    <message>
        <source>the EXIF orientations of {count} pictures</source>
        <translation>{count} 张图片的 EXIF 方向</translation>
    </message>
    <message>
        <source>the answer cannot be read</source>
        <translation>回答无法解读</translation>
    </message>
    <message>
        <source>the answer {0} holds a box without area</source>
        <translation>回答 {0} 含有没有面积的框</translation>
    </message>
    <message>
        <source>the answer {0} holds a region that is none</source>
        <translation>回答 {0} 含有无效的区域</translation>
    </message>
    <message>
        <source>the answer {0} holds no box</source>
        <translation>回答 {0} 不含框</translation>
    </message>
    <message>
        <source>the answer {0} holds no region</source>
        <translation>回答 {0} 不含区域</translation>
    </message>
    <message>
        <source>the attribute {0} gives way to GroundLabel&apos;s own</source>
        <translation>属性 {0} 让位于 GroundLabel 自身的属性</translation>
    </message>
    <message>
        <source>the attribute “{0}” is of this label alone</source>
        <translation>属性“{0}”只属于此标签</translation>
    </message>
    <message>
        <source>the attribute “{0}” keeps its definition in the project</source>
        <translation>属性“{0}”在项目中保留其定义</translation>
    </message>
    <message>
        <source>the attributes of one region are not held</source>
        <translation>1 个区域的属性无法容纳</translation>
    </message>
    <message>
        <source>the attributes of one track change on its way: those at its start are taken</source>
        <translation>1 条轨迹的属性中途有变化：取开始时的属性</translation>
    </message>
    <message>
        <source>the attributes of {count} regions are not held</source>
        <translation>{count} 个区域的属性无法容纳</translation>
    </message>
    <message>
        <source>the attributes of {count} tracks change on their way: those at their start are taken</source>
        <translation>{count} 条轨迹的属性中途有变化：取开始时的属性</translation>
    </message>
    <message>
        <source>the base learned from all these media already, or there is only one</source>
        <translation>基础模型已从所有这些媒体学习过，或者只有一个媒体</translation>
    </message>
    <message>
        <source>the box [{0}] of {1} has no area</source>
        <translation>{1} 的框 [{0}] 没有面积</translation>
    </message>
    <message>
        <source>the box of thing {0} has no area</source>
        <translation>目标 {0} 的框没有面积</translation>
    </message>
    <message>
        <source>the box of {0} has no area</source>
        <translation>{0} 的框没有面积</translation>
    </message>
    <message>
        <source>the box {0} of {1} has no area</source>
        <translation>{1} 的框 {0} 没有面积</translation>
    </message>
    <message>
        <source>the boxes of RefCOCO stand there</source>
        <translation>RefCOCO 的框位于其中</translation>
    </message>
    <message>
        <source>the clip or category is not one that can be used</source>
        <translation>该视频片段或类别无法使用</translation>
    </message>
    <message>
        <source>the connection ended after {0} of {1} bytes</source>
        <translation>连接在收到 {0} / {1} 字节后中断</translation>
    </message>
    <message>
        <source>the definition of one attribute is not held</source>
        <translation>1 个属性的定义无法容纳</translation>
    </message>
    <message>
        <source>the definitions of {count} attributes are not held</source>
        <translation>{count} 个属性的定义无法容纳</translation>
    </message>
    <message>
        <source>the duration is not known and is left out</source>
        <translation>时长未知，已略去</translation>
    </message>
    <message>
        <source>the expressions of one region are not held</source>
        <translation>1 个区域的描述无法容纳</translation>
    </message>
    <message>
        <source>the expressions of {count} regions are not held</source>
        <translation>{count} 个区域的描述无法容纳</translation>
    </message>
    <message>
        <source>the field {0} is not known and is passed over</source>
        <translation>字段 {0} 未知，已跳过</translation>
    </message>
    <message>
        <source>the fields of another format are not held, of {count} annotations</source>
        <translation>{count} 个标注的其他格式字段无法容纳</translation>
    </message>
    <message>
        <source>the fields of another format are not held, of {count} media</source>
        <translation>{count} 个媒体的其他格式字段无法容纳</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>文件为空</translation>
    </message>
    <message>
        <source>the file says {0}×{1} pixels, the picture has {2}×{3}</source>
        <translation>文件声明为 {0}×{1} 像素，图片实为 {2}×{3}</translation>
    </message>
    <message>
        <source>the files may be damaged, or there was not enough memory</source>
        <translation>文件可能已损坏，或内存不足</translation>
    </message>
    <message>
        <source>the first is {0}</source>
        <translation>第一个是 {0}</translation>
    </message>
    <message>
        <source>the folder {0}</source>
        <translation>文件夹 {0}</translation>
    </message>
    <message>
        <source>the format has a file for each medium</source>
        <translation>该格式每个媒体一个文件</translation>
    </message>
    <message>
        <source>the frame rate is not known, and the format counts frames</source>
        <translation>帧率未知，而该格式按帧计数</translation>
    </message>
    <message>
        <source>the further fields of {count} rows are not held: nothing is said of their words any longer</source>
        <translation>{count} 行的其他字段无法容纳：其中的说法已不再使用</translation>
    </message>
    <message>
        <source>the history of {0} Changes is not replayed: the import is one Change of its own</source>
        <translation>不会重放 {0} 次更改的历史：整个导入自成一次更改</translation>
    </message>
    <message>
        <source>the label map also names {0}</source>
        <translation>标签映射中还有 {0}</translation>
    </message>
    <message>
        <source>the label of one region is not held</source>
        <translation>1 个区域的标签无法容纳</translation>
    </message>
    <message>
        <source>the label {0} reads back as {1}</source>
        <translation>标签 {0} 读回时为 {1}</translation>
    </message>
    <message>
        <source>the labels of {count} regions are not held</source>
        <translation>{count} 个区域的标签无法容纳</translation>
    </message>
    <message>
        <source>the language model (Vicuna)</source>
        <translation>语言模型 (Vicuna)</translation>
    </message>
    <message>
        <source>the mask is left out, because its box was edited</source>
        <translation>略去了遮罩，因为其框已编辑</translation>
    </message>
    <message>
        <source>the model may learn that everything is there always</source>
        <translation>模型可能学成认为一切始终存在</translation>
    </message>
    <message>
        <source>the model only learns where it is not</source>
        <translation>模型只会学到它不在哪里</translation>
    </message>
    <message>
        <source>the model&apos;s answers neither name a region nor say that it is absent</source>
        <translation>模型的回答既没有给出区域，也没有说明不存在</translation>
    </message>
    <message>
        <source>the name {0} leads out of the folder</source>
        <translation>名称 {0} 超出了文件夹范围</translation>
    </message>
    <message>
        <source>the names of the classes are there</source>
        <translation>类别的名称位于其中</translation>
    </message>
    <message>
        <source>the path {0} leads out of the project</source>
        <translation>路径 {0} 超出了项目范围</translation>
    </message>
    <message>
        <source>the picture {0} is already described</source>
        <translation>图片 {0} 已有描述文件</translation>
    </message>
    <message>
        <source>the picture {0} is already described by {1}</source>
        <translation>图片 {0} 已由 {1} 描述</translation>
    </message>
    <message>
        <source>the picture&apos;s name {0} leads out of the folder</source>
        <translation>图片名称 {0} 超出了文件夹范围</translation>
    </message>
    <message>
        <source>the polygon is left out, because its box was edited</source>
        <translation>略去了多边形，因为其框已编辑</translation>
    </message>
    <message>
        <source>the proposal of one annotation is not held</source>
        <translation>1 个标注的候选无法容纳</translation>
    </message>
    <message>
        <source>the proposals of {count} annotations are not held</source>
        <translation>{count} 个标注的候选无法容纳</translation>
    </message>
    <message>
        <source>the rating of one answer is not held</source>
        <translation>1 个回答的评价无法容纳</translation>
    </message>
    <message>
        <source>the ratings of {count} answers are not held</source>
        <translation>{count} 个回答的评价无法容纳</translation>
    </message>
    <message>
        <source>the server answers {0} {1}</source>
        <translation>服务器的响应为 {0} {1}</translation>
    </message>
    <message>
        <source>the server sent another part than the one asked for</source>
        <translation>服务器发送的不是所请求的部分</translation>
    </message>
    <message>
        <source>the shape is left out, because its box was edited</source>
        <translation>略去了形状，因为其框已编辑</translation>
    </message>
    <message>
        <source>the sound encoder (ImageBind)</source>
        <translation>声音编码器 (ImageBind)</translation>
    </message>
    <message>
        <source>the sound {0} beside it is to be named again</source>
        <translation>其旁边的声音 {0} 需要重新指定</translation>
    </message>
    <message>
        <source>the split {0} is none of train, val and test</source>
        <translation>数据划分 {0} 不是训练、验证和测试之一</translation>
    </message>
    <message>
        <source>the split {0} is not one of ours</source>
        <translation>数据划分 {0} 不是这里使用的划分</translation>
    </message>
    <message>
        <source>the tags of one text are only kept</source>
        <translation>1 段文本的标记仅作保留</translation>
    </message>
    <message>
        <source>the tags of {count} texts are only kept</source>
        <translation>{count} 段文本的标记仅作保留</translation>
    </message>
    <message>
        <source>the text is not UTF-8 and was read as Latin-1, as Praat does</source>
        <translation>该文本不是 UTF-8，已按 Praat 的做法以 Latin-1 读取</translation>
    </message>
    <message>
        <source>the track was edited: what CVAT keeps of each box (shape, occluded, …) is left out</source>
        <translation>轨迹已编辑：略去了 CVAT 为每个框保留的内容（形状、遮挡等）</translation>
    </message>
    <message>
        <source>the version of the encoding is missing</source>
        <translation>缺少编码的版本</translation>
    </message>
    <message>
        <source>the video is not at hand: frames are counted at {0} a second</source>
        <translation>视频不在手边：按每秒 {0} 帧计数</translation>
    </message>
    <message>
        <source>the wording around one expression was taken off</source>
        <translation>去掉了 1 个描述周围的措辞</translation>
    </message>
    <message>
        <source>the wording around {count} expressions was taken off</source>
        <translation>去掉了 {count} 个描述周围的措辞</translation>
    </message>
    <message>
        <source>the {0} annotations of a task are all taken</source>
        <translation>1 个任务的 {0} 份标注全部采用</translation>
    </message>
    <message>
        <source>the {0} of {1} has no area</source>
        <translation>{1} 的 {0} 没有面积</translation>
    </message>
    <message>
        <source>the {0} of {1} has no area; it is kept for CVAT</source>
        <translation>{1} 的 {0} 没有面积；为 CVAT 保留</translation>
    </message>
    <message>
        <source>there are several media, and the format has a file for each</source>
        <translation>有多个媒体，而该格式每个媒体一个文件</translation>
    </message>
    <message>
        <source>there is no folder {0}</source>
        <translation>没有文件夹 {0}</translation>
    </message>
    <message>
        <source>there is no such XML file in {0}</source>
        <translation>{0} 中没有这样的 XML 文件</translation>
    </message>
    <message>
        <source>there is none</source>
        <translation>一个也没有</translation>
    </message>
    <message>
        <source>they are {0}</source>
        <translation>它们是 {0}</translation>
    </message>
    <message>
        <source>they are {0} tokens, and {1} has room for {2} with its answer</source>
        <translation>它们共有 {0} 个标记，而 {1} 连同回答只能容纳 {2} 个</translation>
    </message>
    <message>
        <source>thing {0} goes and comes again: it became {1} tracks</source>
        <translation>物体 {0} 中断后又出现：已变为 {1} 条轨迹</translation>
    </message>
    <message>
        <source>times became numbers of the video&apos;s frames, exact to a frame</source>
        <translation>时间已换算为视频的帧号，精确到帧</translation>
    </message>
    <message>
        <source>to be looked at</source>
        <translation>需要查看</translation>
    </message>
    <message>
        <source>torch finds none</source>
        <translation>torch 没有找到</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>轨迹</translation>
    </message>
    <message>
        <source>train</source>
        <translation>训练集</translation>
    </message>
    <message>
        <source>try again later</source>
        <translation>请稍后再试</translation>
    </message>
    <message>
        <source>try again later; nothing of it was kept</source>
        <translation>请稍后再试；未保留其中任何内容</translation>
    </message>
    <message>
        <source>two categories are called {0} and become one</source>
        <translation>两个类别同名为 {0}，合并为一个</translation>
    </message>
    <message>
        <source>unknown type in {0}</source>
        <translation>{0} 中有未知的类型</translation>
    </message>
    <message>
        <source>unpack GroundLabel again, or report the fault (Help)</source>
        <translation>请重新解压 GroundLabel，或报告故障（帮助菜单）</translation>
    </message>
    <message>
        <source>use --base mini</source>
        <translation>请使用 --base mini</translation>
    </message>
    <message>
        <source>use --device auto, or see `checks`</source>
        <translation>请使用 --device auto，或查看 `checks`</translation>
    </message>
    <message>
        <source>use --method lora for 16 bits</source>
        <translation>16 位请使用 --method lora</translation>
    </message>
    <message>
        <source>use --method lora, or leave --shard out</source>
        <translation>请使用 --method lora，或去掉 --shard</translation>
    </message>
    <message>
        <source>use --method qlora, or leave --bits out</source>
        <translation>请使用 --method qlora，或去掉 --bits</translation>
    </message>
    <message>
        <source>use a computer that has one</source>
        <translation>请使用配有 GPU 的电脑</translation>
    </message>
    <message>
        <source>use adapters (--method qlora) and another folder with --out</source>
        <translation>请使用适配器（--method qlora），并用 --out 指定另一个文件夹</translation>
    </message>
    <message>
        <source>val</source>
        <translation>验证集</translation>
    </message>
    <message>
        <source>verify the model, or unpack GroundLabel again</source>
        <translation>请校验模型，或重新解压 GroundLabel</translation>
    </message>
    <message>
        <source>video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>videos and sounds</source>
        <translation>视频和声音</translation>
    </message>
    <message>
        <source>videos, sounds</source>
        <translation>视频、声音</translation>
    </message>
    <message>
        <source>was not found; it stays in the project, to be relinked</source>
        <translation>未找到；它留在项目中，可以重新关联</translation>
    </message>
    <message>
        <source>was not found; its regions are left out</source>
        <translation>未找到；其区域已略去</translation>
    </message>
    <message>
        <source>weights in 8 and 4 bits cannot be shared out: each process holds them all</source>
        <translation>8 位和 4 位的权重无法分摊：每个进程都持有全部权重</translation>
    </message>
    <message>
        <source>where one region came from is not held</source>
        <translation>1 个区域的来源无法容纳</translation>
    </message>
    <message>
        <source>where {count} regions came from is not held</source>
        <translation>{count} 个区域的来源无法容纳</translation>
    </message>
    <message>
        <source>{0} and {1} are missing</source>
        <translation>缺少 {0} 和 {1}</translation>
    </message>
    <message>
        <source>{0} and {1} cannot be asked about together</source>
        <translation>{0} 和 {1} 不能一起提问</translation>
    </message>
    <message>
        <source>{0} are left out</source>
        <translation>{0}已略去</translation>
    </message>
    <message>
        <source>{0} are no key boxes</source>
        <translation>{0}不是关键框</translation>
    </message>
    <message>
        <source>{0} are shown</source>
        <translation>已展示 {0} 个</translation>
    </message>
    <message>
        <source>{0} are undone: boxes and sizes are of the upright picture</source>
        <translation>{0}已还原：框和尺寸均相对于摆正的图片</translation>
    </message>
    <message>
        <source>{0} between its neighbours</source>
        <translation>{0}已放在相邻时间之间</translation>
    </message>
    <message>
        <source>{0} between their neighbours</source>
        <translation>{0}已放在相邻时间之间</translation>
    </message>
    <message>
        <source>{0} boxes of {1} have no area</source>
        <translation>{1} 的 {0} 个框没有面积</translation>
    </message>
    <message>
        <source>{0} cannot be a model&apos;s name</source>
        <translation>{0} 不能用作模型的名称</translation>
    </message>
    <message>
        <source>{0} cannot be asked about</source>
        <translation>不能就 {0} 提问</translation>
    </message>
    <message>
        <source>{0} cannot be copied</source>
        <translation>无法复制 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be decoded</source>
        <translation>无法解码 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be fetched</source>
        <translation>无法获取 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be heard</source>
        <translation>无法听 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be joined with a sound</source>
        <translation>{0} 不能与声音合并</translation>
    </message>
    <message>
        <source>{0} cannot be made</source>
        <translation>无法创建 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be made a link</source>
        <translation>无法将 {0} 建成链接</translation>
    </message>
    <message>
        <source>{0} cannot be read</source>
        <translation>无法读取 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be removed</source>
        <translation>无法移除 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be seen</source>
        <translation>无法看 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be talked about</source>
        <translation>不能就 {0} 对话</translation>
    </message>
    <message>
        <source>{0} cannot be taught here</source>
        <translation>{0} 无法在此训练</translation>
    </message>
    <message>
        <source>{0} cannot be used</source>
        <translation>无法使用 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be written</source>
        <translation>无法写入 {0}</translation>
    </message>
    <message>
        <source>{0} control characters, which XML cannot hold</source>
        <translation>{0}中的控制字符已去除，XML 无法容纳</translation>
    </message>
    <message>
        <source>{0} conversations about media of both sides are on neither</source>
        <translation>{0} 个对话涉及两侧的媒体，因此哪一侧都不用</translation>
    </message>
    <message>
        <source>{0} could not be read or written</source>
        <translation>无法读写 {0}</translation>
    </message>
    <message>
        <source>{0} could not be saved: the disk is full</source>
        <translation>无法保存 {0}：磁盘已满</translation>
    </message>
    <message>
        <source>{0} describes no CLIP</source>
        <translation>{0} 描述的不是 CLIP</translation>
    </message>
    <message>
        <source>{0} describes no model</source>
        <translation>{0} 描述的不是模型</translation>
    </message>
    <message>
        <source>{0} does not</source>
        <translation>{0} 并非如此</translation>
    </message>
    <message>
        <source>{0} does not answer as the hub does</source>
        <translation>{0} 的响应不像模型库</translation>
    </message>
    <message>
        <source>{0} does not belong to this model</source>
        <translation>{0} 不属于此模型</translation>
    </message>
    <message>
        <source>{0} does not describe a model</source>
        <translation>{0} 描述的不是模型</translation>
    </message>
    <message>
        <source>{0} does not describe a published GroundingGPT</source>
        <translation>{0} 描述的不是已发布的 GroundingGPT</translation>
    </message>
    <message>
        <source>{0} does not fit {1}</source>
        <translation>{0} 与 {1} 不匹配</translation>
    </message>
    <message>
        <source>{0} does not say when each frame is shown: frames are counted</source>
        <translation>{0} 没有说明每帧的显示时间：改为按帧计数</translation>
    </message>
    <message>
        <source>{0} exists already</source>
        <translation>{0} 已存在</translation>
    </message>
    <message>
        <source>{0} expected, found {1}</source>
        <translation>应为{0}，实为 {1}</translation>
    </message>
    <message>
        <source>{0} expressions are not present</source>
        <translation>{0} 个描述不存在</translation>
    </message>
    <message>
        <source>{0} has no frame to look at</source>
        <translation>{0} 中没有可看的帧</translation>
    </message>
    <message>
        <source>{0} has no length</source>
        <translation>{0} 没有长度</translation>
    </message>
    <message>
        <source>{0} has no stretch from {1} s to {2} s</source>
        <translation>{0} 中没有从 {1} 秒到 {2} 秒的区间</translation>
    </message>
    <message>
        <source>{0} has no times in it</source>
        <translation>{0} 中没有时间</translation>
    </message>
    <message>
        <source>{0} has number {1} here, {2} in the file</source>
        <translation>{0} 在此处的编号为 {1}，在文件中为 {2}</translation>
    </message>
    <message>
        <source>{0} has the number {1}</source>
        <translation>{0} 的编号为 {1}</translation>
    </message>
    <message>
        <source>{0} holds a finished model</source>
        <translation>{0} 中已有完成的模型</translation>
    </message>
    <message>
        <source>{0} holds an unfinished run</source>
        <translation>{0} 中有未完成的运行</translation>
    </message>
    <message>
        <source>{0} holds neither pictures nor sound</source>
        <translation>{0} 既没有画面也没有声音</translation>
    </message>
    <message>
        <source>{0} holds no model</source>
        <translation>{0} 中没有模型</translation>
    </message>
    <message>
        <source>{0} holds no picture that can be shown</source>
        <translation>{0} 中没有可显示的画面</translation>
    </message>
    <message>
        <source>{0} holds no pictures</source>
        <translation>{0} 中没有画面</translation>
    </message>
    <message>
        <source>{0} holds no plain table of tensors</source>
        <translation>{0} 中没有单纯的张量表</translation>
    </message>
    <message>
        <source>{0} holds no sound</source>
        <translation>{0} 中没有声音</translation>
    </message>
    <message>
        <source>{0} holds no sound that can be heard</source>
        <translation>{0} 中没有可播放的声音</translation>
    </message>
    <message>
        <source>{0} holds no table of tensors</source>
        <translation>{0} 中没有张量表</translation>
    </message>
    <message>
        <source>{0} holds no weights</source>
        <translation>{0} 中没有权重</translation>
    </message>
    <message>
        <source>{0} holds no {1}</source>
        <translation>{0} 中没有{1}</translation>
    </message>
    <message>
        <source>{0} holds {1} in {2}</source>
        <translation>{0} 可容纳{2}中的{1}</translation>
    </message>
    <message>
        <source>{0} is a database of another program</source>
        <translation>{0} 是其他程序的数据库</translation>
    </message>
    <message>
        <source>{0} is a file</source>
        <translation>{0} 是一个文件</translation>
    </message>
    <message>
        <source>{0} is a folder</source>
        <translation>{0} 是一个文件夹</translation>
    </message>
    <message>
        <source>{0} is a folder, not a project file</source>
        <translation>{0} 是文件夹，而不是项目文件</translation>
    </message>
    <message>
        <source>{0} is a part of other models (of kind {1}) and answers nothing by itself</source>
        <translation>{0} 是其他模型的组成部分（种类为 {1}），本身不能回答任何问题</translation>
    </message>
    <message>
        <source>{0} is a share of 0 to less than 1, not {1}</source>
        <translation>{0} 应为 0 到小于 1 的比例，而不是 {1}</translation>
    </message>
    <message>
        <source>{0} is already here</source>
        <translation>{0} 已在本机上</translation>
    </message>
    <message>
        <source>{0} is being written by another program</source>
        <translation>另一个程序正在写入 {0}</translation>
    </message>
    <message>
        <source>{0} is closed</source>
        <translation>{0} 已关闭</translation>
    </message>
    <message>
        <source>{0} is damaged</source>
        <translation>{0} 已损坏</translation>
    </message>
    <message>
        <source>{0} is damaged or cut short and was read as far as it goes: {1}</source>
        <translation>{0} 已损坏或不完整，已读到尽可能远处：{1}</translation>
    </message>
    <message>
        <source>{0} is damaged or cut short: {1} frames can be shown</source>
        <translation>{0} 已损坏或不完整：可显示 {1} 帧</translation>
    </message>
    <message>
        <source>{0} is damaged: its end is missing</source>
        <translation>{0} 已损坏：缺少末尾部分</translation>
    </message>
    <message>
        <source>{0} is empty</source>
        <translation>{0} 为空</translation>
    </message>
    <message>
        <source>{0} is incomplete</source>
        <translation>{0} 不完整</translation>
    </message>
    <message>
        <source>{0} is inconsistent</source>
        <translation>{0} 前后不一致</translation>
    </message>
    <message>
        <source>{0} is larger than any list of refs</source>
        <translation>{0} 比任何 refs 列表都大</translation>
    </message>
    <message>
        <source>{0} is left out</source>
        <translation>{0}已略去</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>缺少 {0}</translation>
    </message>
    <message>
        <source>{0} is no folder</source>
        <translation>{0} 不是文件夹</translation>
    </message>
    <message>
        <source>{0} is no key box</source>
        <translation>{0}不是关键框</translation>
    </message>
    <message>
        <source>{0} is no table</source>
        <translation>{0} 不是表</translation>
    </message>
    <message>
        <source>{0} is no tokenizer</source>
        <translation>{0} 不是分词器</translation>
    </message>
    <message>
        <source>{0} is no value for {1}{2}</source>
        <translation>{0} 不能作为 {1} 的值{2}</translation>
    </message>
    <message>
        <source>{0} is no version</source>
        <translation>{0} 不是版本号</translation>
    </message>
    <message>
        <source>{0} is not a GroundLabel project</source>
        <translation>{0} 不是 GroundLabel 项目</translation>
    </message>
    <message>
        <source>{0} is not a folder</source>
        <translation>{0} 不是文件夹</translation>
    </message>
    <message>
        <source>{0} is not a picture</source>
        <translation>{0} 不是图片</translation>
    </message>
    <message>
        <source>{0} is not a relative path</source>
        <translation>{0} 不是相对路径</translation>
    </message>
    <message>
        <source>{0} is not an ordinary file</source>
        <translation>{0} 不是普通文件</translation>
    </message>
    <message>
        <source>{0} is not empty</source>
        <translation>{0} 不是空的</translation>
    </message>
    <message>
        <source>{0} is not in the file</source>
        <translation>{0} 不在文件中</translation>
    </message>
    <message>
        <source>{0} is not one of {1}</source>
        <translation>{0} 不属于 {1}</translation>
    </message>
    <message>
        <source>{0} is not the file that was announced</source>
        <translation>{0} 不是所公布的文件</translation>
    </message>
    <message>
        <source>{0} is not valid text</source>
        <translation>{0} 不是有效的文本</translation>
    </message>
    <message>
        <source>{0} is not yours to remove</source>
        <translation>{0} 不归您所有，不能移除</translation>
    </message>
    <message>
        <source>{0} is not {1}</source>
        <translation>{0} 不是{1}</translation>
    </message>
    <message>
        <source>{0} is of an older version and cannot be updated where it is</source>
        <translation>{0} 是旧版本，无法就地更新</translation>
    </message>
    <message>
        <source>{0} is of an older version and could not be kept aside before it is brought up to date</source>
        <translation>{0} 是旧版本，更新之前无法另存备份</translation>
    </message>
    <message>
        <source>{0} is of an older version and open: {1} holds it</source>
        <translation>{0} 是旧版本且正处于打开状态：由 {1} 占用</translation>
    </message>
    <message>
        <source>{0} is of an unknown kind ({1})</source>
        <translation>{0} 的种类未知（{1}）</translation>
    </message>
    <message>
        <source>{0} is open already: {1} holds it</source>
        <translation>{0} 已经打开：由 {1} 占用</translation>
    </message>
    <message>
        <source>{0} is read-only: nothing can be changed</source>
        <translation>{0} 为只读：无法做任何更改</translation>
    </message>
    <message>
        <source>{0} is refused</source>
        <translation>拒绝使用 {0}</translation>
    </message>
    <message>
        <source>{0} is the medium itself</source>
        <translation>{0} 就是该媒体本身</translation>
    </message>
    <message>
        <source>{0} is the project itself</source>
        <translation>{0} 就是该项目本身</translation>
    </message>
    <message>
        <source>{0} is too large</source>
        <translation>{0} 太大</translation>
    </message>
    <message>
        <source>{0} is undone: boxes and sizes are of the upright picture</source>
        <translation>{0}已还原：框和尺寸均相对于摆正的图片</translation>
    </message>
    <message>
        <source>{0} its times now</source>
        <translation>{0}现在采用其自身的时间</translation>
    </message>
    <message>
        <source>{0} knows no {1}: such media are left out</source>
        <translation>{0} 不支持{1}：此类媒体将被忽略</translation>
    </message>
    <message>
        <source>{0} knows no {1}: {2}</source>
        <translation>{0} 不能理解{1}：{2}</translation>
    </message>
    <message>
        <source>{0} lacks its picture encoder</source>
        <translation>{0} 缺少其图片编码器</translation>
    </message>
    <message>
        <source>{0} lacks {1}</source>
        <translation>{0} 缺少 {1}</translation>
    </message>
    <message>
        <source>{0} leads out of the dataset&apos;s folder</source>
        <translation>{0} 超出了数据集文件夹的范围</translation>
    </message>
    <message>
        <source>{0} lists every class up to the largest number</source>
        <translation>{0} 列出了直到最大编号的每个类别</translation>
    </message>
    <message>
        <source>{0} lists no weights</source>
        <translation>{0} 没有列出任何权重</translation>
    </message>
    <message>
        <source>{0} matrices are computed in ways that cannot be recorded</source>
        <translation>{0} 矩阵的计算方式无法录制</translation>
    </message>
    <message>
        <source>{0} media cannot be read and are left out: {1}</source>
        <translation>{0} 个媒体无法读取，将被忽略：{1}</translation>
    </message>
    <message>
        <source>{0} media in a new project in {1}</source>
        <translation>在 {1} 中新建了含 {0} 个媒体的项目</translation>
    </message>
    <message>
        <source>{0} media to learn from, {1} held out</source>
        <translation>{0} 个媒体用于学习，{1} 个留出</translation>
    </message>
    <message>
        <source>{0} names no medium that can be used</source>
        <translation>{0} 没有指明可用的媒体</translation>
    </message>
    <message>
        <source>{0} names no picture</source>
        <translation>{0} 不是图片的文件名</translation>
    </message>
    <message>
        <source>{0} names no sound</source>
        <translation>{0} 不是声音的文件名</translation>
    </message>
    <message>
        <source>{0} names {1}</source>
        <translation>{0} 指明的是 {1}</translation>
    </message>
    <message>
        <source>{0} needs the size of a medium, and it is not known</source>
        <translation>{0} 需要媒体的尺寸，而尺寸未知</translation>
    </message>
    <message>
        <source>{0} not written: {1}</source>
        <translation>{0}未写入：{1}</translation>
    </message>
    <message>
        <source>{0} of a track&apos;s key boxes share a frame with another</source>
        <translation>轨迹的 {0} 个关键框与另一个同在一帧</translation>
    </message>
    <message>
        <source>{0} of the media cannot be held out</source>
        <translation>无法留出 {0} 的媒体</translation>
    </message>
    <message>
        <source>{0} on {1} (process {2})</source>
        <translation>{1} 上的 {0}（进程 {2}）</translation>
    </message>
    <message>
        <source>{0} points outside its folder</source>
        <translation>{0} 指向其文件夹之外</translation>
    </message>
    <message>
        <source>{0} rows are about pictures</source>
        <translation>{0} 行是关于图片的</translation>
    </message>
    <message>
        <source>{0} rows are passed over: {1}</source>
        <translation>跳过了 {0} 行：{1}</translation>
    </message>
    <message>
        <source>{0} said nothing that could be understood</source>
        <translation>{0} 的回答无法理解</translation>
    </message>
    <message>
        <source>{0} said {1}, IoU {2}</source>
        <translation>{0} 的回答是 {1}，IoU 为 {2}</translation>
    </message>
    <message>
        <source>{0} seconds is no time that somebody worked</source>
        <translation>{0} 秒不是有效的工作时间</translation>
    </message>
    <message>
        <source>{0} shows no frame at {1} s</source>
        <translation>{0} 在 {1} 秒处没有帧</translation>
    </message>
    <message>
        <source>{0} stands in more than one file</source>
        <translation>{0} 出现在多个文件中</translation>
    </message>
    <message>
        <source>{0} stands in the list twice and becomes one</source>
        <translation>{0} 在列表中出现两次，合并为一个</translation>
    </message>
    <message>
        <source>{0} steps made, a new model written</source>
        <translation>已训练 {0} 步，并写入了新模型</translation>
    </message>
    <message>
        <source>{0} steps were made</source>
        <translation>只训练了 {0} 步</translation>
    </message>
    <message>
        <source>{0} tensors of {1} are missing, first {2}</source>
        <translation>{1} 的 {0} 个张量缺失，第一个是 {2}</translation>
    </message>
    <message>
        <source>{0} tensors {1}, first {2}</source>
        <translation>{0} 个张量有问题（{1}），第一个是 {2}</translation>
    </message>
    <message>
        <source>{0} texts lose</source>
        <translation>{0} 段文本</translation>
    </message>
    <message>
        <source>{0} their times now</source>
        <translation>{0}现在采用其自身的时间</translation>
    </message>
    <message>
        <source>{0} there, answered {1}, score {2}, overlap {3}</source>
        <translation>存在 {0} 个，回答 {1} 个，得分 {2}，重叠 {3}</translation>
    </message>
    <message>
        <source>{0} there; answered: not present</source>
        <translation>存在 {0} 个；回答：不存在</translation>
    </message>
    <message>
        <source>{0} tracks are of no task of the file</source>
        <translation>{0} 条轨迹不属于文件中的任何任务</translation>
    </message>
    <message>
        <source>{0} was begun otherwise</source>
        <translation>{0} 当初以不同的方式开始</translation>
    </message>
    <message>
        <source>{0} was begun with another base, stage or method</source>
        <translation>{0} 当初以另一个基础模型、阶段或方法开始</translation>
    </message>
    <message>
        <source>{0} was opened for reading only</source>
        <translation>{0} 以只读方式打开</translation>
    </message>
    <message>
        <source>{0} was written by a newer GroundLabel</source>
        <translation>{0} 由更新版本的 GroundLabel 写成</translation>
    </message>
    <message>
        <source>{0} was written by a newer GroundLabel and can only be read here: it has version {1}, this one knows up to {2}</source>
        <translation>{0} 由更新版本的 GroundLabel 写入，在此只能读取：它的版本是 {1}，此程序最高支持 {2}</translation>
    </message>
    <message>
        <source>{0} would be one file</source>
        <translation>{0} 会成为同一个文件</translation>
    </message>
    <message>
        <source>{0} would get another number than is written there</source>
        <translation>{0} 的编号会与那里写的不同</translation>
    </message>
    <message>
        <source>{0} × {1} pixels are more than {2} megapixels</source>
        <translation>{0} × {1} 像素超过了 {2} 百万像素</translation>
    </message>
    <message>
        <source>{0}, line 1: expected JSON</source>
        <translation>{0}，第 1 行：应为 JSON</translation>
    </message>
    <message>
        <source>{0}, line 1: expected conversation rows</source>
        <translation>{0}，第 1 行：应为对话数据</translation>
    </message>
    <message>
        <source>{0}, line 1: expected names of columns</source>
        <translation>{0}，第 1 行：应为列名</translation>
    </message>
    <message>
        <source>{0}, line 1: expected names, one a line</source>
        <translation>{0}，第 1 行：应为名称，每行一个</translation>
    </message>
    <message>
        <source>{0}, line {1} or after: expected JSON</source>
        <translation>{0}，第 {1} 行或之后：应为 JSON</translation>
    </message>
    <message>
        <source>{0}, line {1}, column {2}: expected JSON</source>
        <translation>{0}，第 {1} 行，第 {2} 列：应为 JSON</translation>
    </message>
    <message>
        <source>{0}, line {1}, column {2}: expected XML</source>
        <translation>{0}，第 {1} 行，第 {2} 列：应为 XML</translation>
    </message>
    <message>
        <source>{0}, line {1}, column {2}: expected {3}</source>
        <translation>{0}，第 {1} 行，第 {2} 列：应为 {3}</translation>
    </message>
    <message>
        <source>{0}, line {1}: expected a table</source>
        <translation>{0}，第 {1} 行：应为表格</translation>
    </message>
    <message>
        <source>{0}: expected JSON</source>
        <translation>{0}：应为 JSON</translation>
    </message>
    <message>
        <source>{0}: expected XML files of annotations</source>
        <translation>{0}：应为标注的 XML 文件</translation>
    </message>
    <message>
        <source>{0}: expected XML without entities</source>
        <translation>{0}：应为不含实体的 XML</translation>
    </message>
    <message>
        <source>{0}: expected a class and an expression on each line</source>
        <translation>{0}：每行应为一个类别和一个描述</translation>
    </message>
    <message>
        <source>{0}: expected a pickle of lists, texts and numbers alone</source>
        <translation>{0}：应为仅含列表、文本和数字的 pickle</translation>
    </message>
    <message>
        <source>{0}: expected a text</source>
        <translation>{0}：应为文本</translation>
    </message>
    <message>
        <source>{0}: expected cues</source>
        <translation>{0}：应为字幕条目</translation>
    </message>
    <message>
        <source>{0}: expected data.yaml or classes.txt</source>
        <translation>{0}：应有 data.yaml 或 classes.txt</translation>
    </message>
    <message>
        <source>{0}: expected files {1}</source>
        <translation>{0}：应有文件 {1}</translation>
    </message>
    <message>
        <source>{0}: expected gt/gt.txt</source>
        <translation>{0}：应有 gt/gt.txt</translation>
    </message>
    <message>
        <source>{0}: expected names of classes</source>
        <translation>{0}：应为类别名称</translation>
    </message>
    <message>
        <source>{0}: expected refs(NAME).p or refs.json</source>
        <translation>{0}：应有 refs(NAME).p 或 refs.json</translation>
    </message>
    <message>
        <source>{0}: expected text in UTF-16</source>
        <translation>{0}：应为 UTF-16 文本</translation>
    </message>
    <message>
        <source>{0}: expected text in UTF-8</source>
        <translation>{0}：应为 UTF-8 文本</translation>
    </message>
    <message>
        <source>{0}: expected texts of labels</source>
        <translation>{0}：应为标签文本</translation>
    </message>
    <message>
        <source>{0}: expected {1}, found {2}</source>
        <translation>{0}：应为 {1}，实为 {2}</translation>
    </message>
    <message>
        <source>{0}: the answers about {1} of {2} windows were not understood</source>
        <translation>{0}：关于 {2} 个窗口中 {1} 个的回答无法理解</translation>
    </message>
    <message>
        <source>{0}: windows asked</source>
        <translation>{0}：已询问的窗口</translation>
    </message>
    <message>
        <source>{0}: {1} spans of which windows are not sure were left out</source>
        <translation>{0}：略去了窗口判断不确定的 {1} 个时间段</translation>
    </message>
    <message>
        <source>{0}: {1} windows of {2} s{3} were asked, in {4} s</source>
        <translation>{0}：询问了 {1} 个 {2} 秒的窗口{3}，用时 {4} 秒</translation>
    </message>
    <message>
        <source>{0}; boxes are taken as written</source>
        <translation>{0}；框按原样采用</translation>
    </message>
    <message>
        <source>{0}; it is kept for labelme</source>
        <translation>{0}；为 labelme 保留</translation>
    </message>
    <message>
        <source>{0}{1}: expected YAML</source>
        <translation>{0}{1}：应为 YAML</translation>
    </message>
    <message>
        <source>{count} absences are left out, because there are regions of these words</source>
        <translation>略去了 {count} 个“不存在”，因为已有同样描述的区域</translation>
    </message>
    <message>
        <source>{count} absences give way to regions</source>
        <translation>{count} 个“不存在”让位于区域</translation>
    </message>
    <message>
        <source>{count} annotations</source>
        <translation>{count} 个标注</translation>
    </message>
    <message>
        <source>{count} annotations that lean on others have</source>
        <translation>{count} 个依附于其他标注的标注</translation>
    </message>
    <message>
        <source>{count} answers of models are not held</source>
        <translation>{count} 个模型回答无法容纳</translation>
    </message>
    <message>
        <source>{count} boxes</source>
        <translation>{count} 个框</translation>
    </message>
    <message>
        <source>{count} boxes at a frame</source>
        <translation>{count} 个帧上的框</translation>
    </message>
    <message>
        <source>{count} boxes reach beyond their pictures, and are taken as written</source>
        <translation>{count} 个框超出其图片，按文件所写采用</translation>
    </message>
    <message>
        <source>{count} boxes that no expression refers to</source>
        <translation>{count} 个没有任何描述指代的框</translation>
    </message>
    <message>
        <source>{count} boxes without an expression have no ref</source>
        <translation>{count} 个没有描述的框没有 ref</translation>
    </message>
    <message>
        <source>{count} cancelled annotations are passed over</source>
        <translation>{count} 个已取消的标注已略过</translation>
    </message>
    <message>
        <source>{count} clips without segments are not held</source>
        <translation>{count} 个没有片段的剪辑无法容纳</translation>
    </message>
    <message>
        <source>{count} crowds became their boxes; the originals are kept for COCO ({0})</source>
        <translation>{count} 个群体区域已变为其外框；原始形状为 COCO 保留（{0}）</translation>
    </message>
    <message>
        <source>{count} files of an earlier export were edited since and stay</source>
        <translation>早先导出的 {count} 个文件之后被编辑过，予以保留</translation>
    </message>
    <message>
        <source>{count} files of an earlier export were removed</source>
        <translation>已移除早先导出的 {count} 个文件</translation>
    </message>
    <message>
        <source>{count} media keep their review state in the project</source>
        <translation>{count} 个媒体在项目中保留其复核状态</translation>
    </message>
    <message>
        <source>{count} media keep their split in the project</source>
        <translation>{count} 个媒体在项目中保留其数据划分</translation>
    </message>
    <message>
        <source>{count} media of another kind are not held</source>
        <translation>{count} 个其他类型的媒体无法容纳</translation>
    </message>
    <message>
        <source>{count} media without answers have no row</source>
        <translation>{count} 个没有回答的媒体没有对应的行</translation>
    </message>
    <message>
        <source>{count} media without spans are not named</source>
        <translation>{count} 个没有时间段的媒体未列出</translation>
    </message>
    <message>
        <source>{count} pictures inside files are not kept</source>
        <translation>{count} 张文件内嵌的图片未保留</translation>
    </message>
    <message>
        <source>{count} regions are in the project already</source>
        <translation>{count} 个区域已在项目中</translation>
    </message>
    <message>
        <source>{count} regions are said again and stay one each</source>
        <translation>{count} 个区域重复出现，各保留一个</translation>
    </message>
    <message>
        <source>{count} regions with several expressions are written once for each</source>
        <translation>{count} 个带多个描述的区域按描述各写一次</translation>
    </message>
    <message>
        <source>{count} rejected tracks are held as their first boxes</source>
        <translation>{count} 条被拒绝的轨迹以其第一个框保存</translation>
    </message>
    <message>
        <source>{count} rejections and absences are not held</source>
        <translation>{count} 个拒绝和“不存在”判定无法容纳</translation>
    </message>
    <message>
        <source>{count} results that are no regions are only kept for Label Studio</source>
        <translation>{count} 个不是区域的结果只为 Label Studio 保留</translation>
    </message>
    <message>
        <source>{count} review states are not held</source>
        <translation>{count} 个复核状态无法容纳</translation>
    </message>
    <message>
        <source>{count} rows ask what earlier ones ask: their further fields are not kept</source>
        <translation>{count} 行与前面的行问的相同：其他字段不予保留</translation>
    </message>
    <message>
        <source>{count} rows on straight lines between others</source>
        <translation>{count} 行位于其他行之间的直线上，</translation>
    </message>
    <message>
        <source>{count} segments</source>
        <translation>{count} 个片段</translation>
    </message>
    <message>
        <source>{count} spans have no length</source>
        <translation>{count} 个时间段没有长度</translation>
    </message>
    <message>
        <source>{count} spans without length {0}</source>
        <translation>{count} 个没有长度的时间段：{0}</translation>
    </message>
    <message>
        <source>{count} splits are not held</source>
        <translation>{count} 个数据划分无法容纳</translation>
    </message>
    <message>
        <source>{count} tags of pictures are only kept for CVAT</source>
        <translation>{count} 个图片标记只为 CVAT 保留</translation>
    </message>
    <message>
        <source>{count} texts look like tags</source>
        <translation>{count} 段文本形似标记</translation>
    </message>
    <message>
        <source>{count} times are not aligned and were put</source>
        <translation>{count} 个未对齐的时间</translation>
    </message>
    <message>
        <source>{count} times are rounded to a millisecond</source>
        <translation>{count} 个时间已四舍五入到毫秒</translation>
    </message>
    <message>
        <source>{count} tracks</source>
        <translation>{count} 条轨迹</translation>
    </message>
    <message>
        <source>{count} tracks are held as boxes on the frames of their keys</source>
        <translation>{count} 条轨迹以其关键帧上的框保存</translation>
    </message>
    <message>
        <source>“{0}” cannot be deleted</source>
        <translation>无法删除“{0}”</translation>
    </message>
    <message>
        <source>“{0}” cannot be split there</source>
        <translation>无法在此处拆分“{0}”</translation>
    </message>
    <message>
        <source>“{0}” found with IoU {1} by {2} on {3}</source>
        <translation>{2} 在 {3} 上找到了“{0}”，IoU 为 {1}</translation>
    </message>
    <message>
        <source>“{0}” is a number</source>
        <translation>“{0}”应为数字</translation>
    </message>
    <message>
        <source>“{0}” is at least {1}</source>
        <translation>“{0}”至少为 {1}</translation>
    </message>
    <message>
        <source>“{0}” is at most {1}</source>
        <translation>“{0}”至多为 {1}</translation>
    </message>
    <message>
        <source>“{0}” is empty</source>
        <translation>“{0}”为空</translation>
    </message>
    <message>
        <source>“{0}” is not present</source>
        <translation>“{0}”不存在</translation>
    </message>
    <message>
        <source>“{0}” is one of {1}</source>
        <translation>“{0}”应为 {1} 之一</translation>
    </message>
    <message>
        <source>“{0}” is what every annotation has</source>
        <translation>“{0}”是每个标注都有的</translation>
    </message>
    <message>
        <source>“{0}” is yes or no</source>
        <translation>“{0}”应为是或否</translation>
    </message>
    <message>
        <source>“{0}” keeps its label in the project, not {1}</source>
        <translation>“{0}”在项目中保留其标签，而不是 {1}</translation>
    </message>
    <message>
        <source>“{0}” means “{1}”</source>
        <translation>“{0}”表示“{1}”</translation>
    </message>
    <message>
        <source>“{0}” was not found where it is</source>
        <translation>未能在“{0}”所在之处找到它</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Drag a box. By keys: arrows move the cross, Enter sets a corner</source>
        <translation>拖动画框。用键盘：方向键移动十字，Enter 确定一角</translation>
    </message>
    <message>
        <source>Drop pictures or a folder here, or open files{key}.</source>
        <translation>将图片或文件夹拖放到这里，或打开文件{key}。</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>条目</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>No item</source>
        <translation>没有条目</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>The picture cannot be shown</source>
        <translation>无法显示该图片</translation>
    </message>
    <message>
        <source>The project is read-only: nothing can be drawn</source>
        <translation>项目为只读：无法绘制</translation>
    </message>
    <message>
        <source>This project is empty</source>
        <translation>此项目为空</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>{key} reads the file again</source>
        <translation>按 {key} 重新读取文件</translation>
    </message>
</context>
<context>
    <name>DiagnosticsDialog</name>
    <message>
        <source>Archives</source>
        <translation>档案</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Diagnostic report</source>
        <translation>诊断报告</translation>
    </message>
    <message>
        <source>For those who look for a fault. Names of people, folders and files are taken out; there are no media and no annotations in it. Below is all that would be saved. Nothing is sent anywhere.</source>
        <translation>供排查故障的人使用。其中的人名、文件夹名和文件名均已去除，也不包含媒体和标注。下方是将要保存的全部内容。不会向任何地方发送数据。</translation>
    </message>
    <message>
        <source>Looking at this machine…</source>
        <translation>正在检查本机…</translation>
    </message>
    <message>
        <source>Parts of the report</source>
        <translation>报告的组成部分</translation>
    </message>
    <message>
        <source>Putting the report together</source>
        <translation>正在汇总报告</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>What would be saved</source>
        <translation>将要保存的内容</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>About GroundLabel</source>
        <translation>关于 GroundLabel</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Arrows, Enter, arrows, Enter while drawing</source>
        <translation>方向键、Enter、方向键、Enter（绘制时）</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Double click, or Enter</source>
        <translation>双击，或 Enter</translation>
    </message>
    <message>
        <source>Drag, Alt + drag</source>
        <translation>拖动，Alt + 拖动</translation>
    </message>
    <message>
        <source>Draw a box by keys</source>
        <translation>用键盘画框</translation>
    </message>
    <message>
        <source>Edit expression and label</source>
        <translation>编辑描述和标签</translation>
    </message>
    <message>
        <source>Edit the words of a box</source>
        <translation>编辑框的描述</translation>
    </message>
    <message>
        <source>Edit {n} annotations</source>
        <translation>编辑 {n} 个标注</translation>
    </message>
    <message>
        <source>Make a segment, snap to where sound begins and ends</source>
        <translation>创建片段，吸附到声音的起止处</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>Middle button, or Space and drag</source>
        <translation>鼠标中键，或按住空格拖动</translation>
    </message>
    <message>
        <source>Move the picture</source>
        <translation>移动图片</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open a picture with its sound: choose both</source>
        <translation>打开图片及其声音：请同时选中两者</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Play a segment</source>
        <translation>播放片段</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Right click, or the menu key</source>
        <translation>右键单击，或菜单键</translation>
    </message>
    <message>
        <source>Say in words what you look for, correct what the model finds, and train it on your corrections. Everything stays on this machine. Licence: Apache-2.0.</source>
        <translation>用文字说出要找的内容，纠正模型的结果，再用这些纠正来训练模型。一切都留在本机上。许可证：Apache-2.0。</translation>
    </message>
    <message>
        <source>Select several</source>
        <translation>选择多个</translation>
    </message>
    <message>
        <source>Shift or Ctrl + click, or drag a frame</source>
        <translation>Shift 或 Ctrl + 单击，或拖出选框</translation>
    </message>
    <message>
        <source>What can be done here</source>
        <translation>此处可用的操作</translation>
    </message>
    <message>
        <source>What is this?</source>
        <translation>这是什么？</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Wheel, Shift + wheel or middle button</source>
        <translation>滚轮、Shift + 滚轮或鼠标中键</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
    <message>
        <source>Zoom the timeline, move along it</source>
        <translation>缩放时间轴，沿时间轴移动</translation>
    </message>
    <message>
        <source>{media} items  ·  {annotations} annotations  ·  {absent} × not present</source>
        <translation>{media} 个条目  ·  {annotations} 个标注  ·  {absent} 个不存在</translation>
    </message>
</context>
<context>
    <name>Differences</name>
    <message>
        <source>label {old} → {new}</source>
        <translation>标签 {old} → {new}</translation>
    </message>
    <message>
        <source>not present</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>track of {n} key boxes, {start}–{end} s</source>
        <translation>轨迹，{n} 个关键框，{start}–{end} 秒</translation>
    </message>
    <message>
        <source>was called {old}</source>
        <translation>原描述为 {old}</translation>
    </message>
    <message>
        <source>{place} at {at} s</source>
        <translation>{place}，位于 {at} 秒</translation>
    </message>
    <message>
        <source>{start}–{end} s</source>
        <translation>{start}–{end} 秒</translation>
    </message>
    <message>
        <source>{x}, {y}, {w} × {h} px</source>
        <translation>{x}, {y}，{w} × {h} 像素</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>A locked annotation was left alone; L unlocks it</source>
        <translation>一个已锁定的标注未作改动；按 L 解锁</translation>
    </message>
    <message>
        <source>Nothing can be changed</source>
        <translation>无法做任何更改</translation>
    </message>
    <message>
        <source>Nothing to redo</source>
        <translation>没有可重做的操作</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>没有可撤销的操作</translation>
    </message>
    <message>
        <source>Open it where you may write, or copy it.</source>
        <translation>请在您有写入权限的位置打开，或复制一份。</translation>
    </message>
    <message>
        <source>Select a proposal to reject it</source>
        <translation>请选择要拒绝的候选</translation>
    </message>
    <message>
        <source>Select something to delete it</source>
        <translation>请选择要删除的内容</translation>
    </message>
    <message>
        <source>The project is read-only: {reason}</source>
        <translation>项目为只读：{reason}</translation>
    </message>
    <message>
        <source>There are {n} alternatives</source>
        <translation>共有 {n} 个备选</translation>
    </message>
    <message>
        <source>There is no open proposal to accept</source>
        <translation>没有待接受的候选</translation>
    </message>
    <message>
        <source>{n} locked annotations were left alone; L unlocks them</source>
        <translation>{n} 个已锁定的标注未作改动；按 L 解锁</translation>
    </message>
</context>
<context>
    <name>EffortDialog</name>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Over time</source>
        <translation>随时间(&amp;O)</translation>
    </message>
    <message>
        <source>A table of items</source>
        <translation>条目表格</translation>
    </message>
    <message>
        <source>As it was</source>
        <translation>原样接受</translation>
    </message>
    <message>
        <source>By &amp;item</source>
        <translation>按条目(&amp;I)</translation>
    </message>
    <message>
        <source>By &amp;model version</source>
        <translation>按模型版本(&amp;M)</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>按日</translation>
    </message>
    <message>
        <source>By item</source>
        <translation>按条目</translation>
    </message>
    <message>
        <source>By model version</source>
        <translation>按模型版本</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>编辑次数</translation>
    </message>
    <message>
        <source>Edits an object</source>
        <translation>每个对象的编辑次数</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>It failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>条目</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Nobody has worked on an item yet.</source>
        <translation>还没有人处理过条目。</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Objects: {objects}  ·  items: {items}  ·  time: {time}</source>
        <translation>对象：{objects}  ·  条目：{items}  ·  用时：{time}</translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation>重叠度</translation>
    </message>
    <message>
        <source>Overlap of proposal and result, in per cent</source>
        <translation>候选与结果的重叠度（百分比）</translation>
    </message>
    <message>
        <source>Proposals taken as they were, in per cent</source>
        <translation>原样接受的候选（百分比）</translation>
    </message>
    <message>
        <source>Proposed</source>
        <translation>已提出</translation>
    </message>
    <message>
        <source>Reading the log…</source>
        <translation>正在读取记录…</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Seconds an object</source>
        <translation>每个对象的秒数</translation>
    </message>
    <message>
        <source>There is nothing to draw of this yet.</source>
        <translation>目前还没有可绘制的内容。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What the work cost</source>
        <translation>工作用时</translation>
    </message>
    <message>
        <source>Which figure</source>
        <translation>选择指标</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>已写入 {name}</translation>
    </message>
    <message>
        <source>edits an object</source>
        <translation>每个对象的编辑次数</translation>
    </message>
    <message>
        <source>mean overlap of proposal and result</source>
        <translation>候选与结果的平均重叠度</translation>
    </message>
    <message>
        <source>of the decided proposals taken as they were</source>
        <translation>已决定的候选中原样接受的比例</translation>
    </message>
    <message>
        <source>seconds an object, with proposals</source>
        <translation>每个对象的秒数，有候选</translation>
    </message>
    <message>
        <source>seconds an object, without</source>
        <translation>每个对象的秒数，无候选</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Preview</source>
        <translation>预览(&amp;P)</translation>
    </message>
    <message>
        <source>Choose a place</source>
        <translation>选择位置</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>已导出到 {path}</translation>
    </message>
    <message>
        <source>See what this format does not hold, before anything is written</source>
        <translation>在写入任何内容之前，查看此格式无法容纳的内容</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>This format does not hold everything. Nothing is written yet.</source>
        <translation>此格式无法容纳全部内容。尚未写入任何内容。</translation>
    </message>
    <message>
        <source>This format holds everything. Nothing is written yet.</source>
        <translation>此格式可容纳全部内容。尚未写入任何内容。</translation>
    </message>
    <message>
        <source>Write &amp;to</source>
        <translation>写入到(&amp;T)</translation>
    </message>
</context>
<context>
    <name>ExpressionBar</name>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Ask about several items</source>
        <translation>就多个条目提问</translation>
    </message>
    <message>
        <source>Ask about several items in the background</source>
        <translation>在后台就多个条目提问</translation>
    </message>
    <message>
        <source>Ask the model about this item (Enter)</source>
        <translation>就此条目向模型提问 (Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Hide proposals with a lower score</source>
        <translation>隐藏得分较低的候选</translation>
    </message>
    <message>
        <source>Least score that is shown</source>
        <translation>显示的最低得分</translation>
    </message>
    <message>
        <source>Not present</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Say that this is not in the picture (N)</source>
        <translation>标明图片中没有该内容 (N)</translation>
    </message>
    <message>
        <source>Say that this is not in the video (N)</source>
        <translation>标明视频中没有该内容 (N)</translation>
    </message>
    <message>
        <source>Say that this is not to be heard (N)</source>
        <translation>标明声音中没有该内容 (N)</translation>
    </message>
    <message>
        <source>Stop the running question (Esc)</source>
        <translation>停止正在进行的提问 (Esc)</translation>
    </message>
    <message>
        <source>What are you looking for?  e.g.  white blood cell; platelets</source>
        <translation>要找什么？例如：white blood cell; platelets</translation>
    </message>
    <message>
        <source>Where proposals are right most often, going by what was accepted here</source>
        <translation>按此处的接受情况，候选最常正确的位置</translation>
    </message>
    <message>
        <source>suggested {least}</source>
        <translation>建议 {least}</translation>
    </message>
    <message>
        <source>{least} hides {n}</source>
        <translation>{least} 隐藏了 {n} 个</translation>
    </message>
    <message>
        <source>≥ {least}</source>
        <translation>≥ {least}</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>A label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>All media</source>
        <translation>所有媒体</translation>
    </message>
    <message>
        <source>Any label or expression</source>
        <translation>任意标签或描述</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>任意状态</translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation>清除筛选 (Esc)</translation>
    </message>
    <message>
        <source>Filter by state, medium and words</source>
        <translation>按状态、媒体和文字筛选</translation>
    </message>
    <message>
        <source>Find by name</source>
        <translation>按名称查找</translation>
    </message>
    <message>
        <source>Find items by name</source>
        <translation>按名称查找条目</translation>
    </message>
    <message>
        <source>Label or expression</source>
        <translation>标签或描述</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>More filters</source>
        <translation>更多筛选条件</translation>
    </message>
    <message>
        <source>Not done</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation>{shown} / {total}</translation>
    </message>
</context>
<context>
    <name>Filtering</name>
    <message>
        <source>Every item after this one is done</source>
        <translation>此后的条目均已完成</translation>
    </message>
    <message>
        <source>Every item before this is done</source>
        <translation>此前的条目均已完成</translation>
    </message>
</context>
<context>
    <name>FindMovedDialog</name>
    <message>
        <source>A file of this name holds something else</source>
        <translation>同名文件的内容不同</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Find moved files</source>
        <translation>查找已移动的文件</translation>
    </message>
    <message>
        <source>Is now</source>
        <translation>现在的位置</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>条目</translation>
    </message>
    <message>
        <source>Name the folder where the files are now. Folders below it are searched too. A file is taken if its contents are the same, whatever its name; nothing on the disk is changed.</source>
        <translation>请指定文件现在所在的文件夹，其下级文件夹也会一并搜索。只要内容相同就会采用，与文件名无关；不会改动磁盘上的任何内容。</translation>
    </message>
    <message>
        <source>No file is missing.</source>
        <translation>没有缺失的文件。</translation>
    </message>
    <message>
        <source>None of the {n} missing files is there.</source>
        <translation>{n} 个缺失的文件均不在那里。</translation>
    </message>
    <message>
        <source>Not found there</source>
        <translation>那里没有找到</translation>
    </message>
    <message>
        <source>Relink</source>
        <translation>重新关联</translation>
    </message>
    <message>
        <source>Relink 1 file</source>
        <translation>重新关联 1 个文件</translation>
    </message>
    <message>
        <source>Relink {n} files</source>
        <translation>重新关联 {n} 个文件</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>The folder to search</source>
        <translation>要搜索的文件夹</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>{n} of {all} missing files were found.</source>
        <translation>缺失的 {all} 个文件中找到了 {n} 个。</translation>
    </message>
    <message>
        <source>{place} (by name only)</source>
        <translation>{place}（仅按名称匹配）</translation>
    </message>
</context>
<context>
    <name>FolderRows</name>
    <message>
        <source>Cache: small pictures, waveforms; can be deleted at any time</source>
        <translation>缓存：缩略图、波形；可随时删除</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Models of yours</source>
        <translation>您的模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Show folder: {title}</source>
        <translation>显示文件夹：{title}</translation>
    </message>
</context>
<context>
    <name>Gathering</name>
    <message>
        <source>A pair is one picture and one sound, and {count} files were chosen.</source>
        <translation>一对由一张图片和一段声音组成，而您选择了 {count} 个文件。</translation>
    </message>
    <message>
        <source>A pair is one picture and one sound.</source>
        <translation>一对由一张图片和一段声音组成。</translation>
    </message>
    <message>
        <source>Choose both in one go, holding Ctrl.</source>
        <translation>请按住 Ctrl 同时选中两者。</translation>
    </message>
    <message>
        <source>For example {name}: {why}</source>
        <translation>例如 {name}：{why}</translation>
    </message>
    <message>
        <source>Make a new project (File) in a folder that can be written, then add the files.</source>
        <translation>请先在可写的文件夹中新建项目（文件菜单），然后添加这些文件。</translation>
    </message>
    <message>
        <source>Make a project for pairs, or copy the picture under another name.</source>
        <translation>请为成对文件新建项目，或将图片以另一个名称复制一份。</translation>
    </message>
    <message>
        <source>Neither {folder} nor your documents can be written to: {why}</source>
        <translation>{folder} 和您的文档文件夹都无法写入：{why}</translation>
    </message>
    <message>
        <source>New project {name}</source>
        <translation>新项目 {name}</translation>
    </message>
    <message>
        <source>No pair was added</source>
        <translation>未添加成对文件</translation>
    </message>
    <message>
        <source>Nothing can be added</source>
        <translation>无法添加</translation>
    </message>
    <message>
        <source>Open it where you may write, or copy it.</source>
        <translation>请在您有写入权限的位置打开，或复制一份。</translation>
    </message>
    <message>
        <source>Still adding the files before these. Try again in a moment.</source>
        <translation>之前的文件仍在添加中，请稍后再试。</translation>
    </message>
    <message>
        <source>The picture is in the project already, without a sound, and stays as it is.</source>
        <translation>该图片已在项目中且没有声音，将保持不变。</translation>
    </message>
    <message>
        <source>The project is read-only: {reason}</source>
        <translation>项目为只读：{reason}</translation>
    </message>
    <message>
        <source>There is no place for a new project</source>
        <translation>没有可存放新项目的位置</translation>
    </message>
    <message>
        <source>Your work is kept in {path}</source>
        <translation>您的工作保存在 {path}</translation>
    </message>
    <message>
        <source>{count} files were left out</source>
        <translation>略去了 {count} 个文件</translation>
    </message>
    <message>
        <source>{name} was left out</source>
        <translation>略去了 {name}</translation>
    </message>
</context>
<context>
    <name>HandDesk</name>
    <message>
        <source>Accept the proposal first{key}, then edit its words</source>
        <translation>请先接受该候选{key}，再编辑其描述</translation>
    </message>
    <message>
        <source>Select an annotation to edit its words</source>
        <translation>请选择一个标注以编辑其描述</translation>
    </message>
    <message>
        <source>The annotation is locked; unlock it first{key}</source>
        <translation>该标注已锁定；请先解锁{key}</translation>
    </message>
    <message>
        <source>Type what is not there, then say so outside the line{key}</source>
        <translation>请输入不存在的内容，然后在输入框之外标明{key}</translation>
    </message>
</context>
<context>
    <name>Histories</name>
    <message>
        <source>The item is in that state already</source>
        <translation>条目已处于该状态</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Annotations and “no” come back as they were after the chosen change. Ctrl+Z takes that back.</source>
        <translation>标注和“不存在”的判定会恢复到所选更改之后的样子。按 Ctrl+Z 可撤销恢复。</translation>
    </message>
    <message>
        <source>Changes, the latest first</source>
        <translation>更改，最新的在前</translation>
    </message>
    <message>
        <source>From a proposal of {model} to “{words}”</source>
        <translation>由 {model} 的候选变为“{words}”</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Looking into the import…</source>
        <translation>正在查看该次导入…</translation>
    </message>
    <message>
        <source>Nothing but where the item stands in the work.</source>
        <translation>只改变了条目的工作状态。</translation>
    </message>
    <message>
        <source>Nothing was done on this item yet.</source>
        <translation>此条目上还没有任何操作。</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>仅“{name}”</translation>
    </message>
    <message>
        <source>Reading the history…</source>
        <translation>正在读取历史…</translation>
    </message>
    <message>
        <source>Restore this state</source>
        <translation>恢复此状态</translation>
    </message>
    <message>
        <source>The project is read-only: nothing can be restored.</source>
        <translation>项目为只读：无法恢复。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>What the chosen change did</source>
        <translation>所选更改的作用</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Picture canvas</source>
        <translation>图片画布</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>&amp;Back</source>
        <translation>返回(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Label map</source>
        <translation>标签映射(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Media in</source>
        <translation>媒体位于(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Preview</source>
        <translation>预览(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Split</source>
        <translation>数据划分(&amp;S)</translation>
    </message>
    <message>
        <source>A class that is not in a picture counts as “not present” there</source>
        <translation>图片中没有的类别视为在其中“不存在”</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Class names to expressions; optional</source>
        <translation>类别名到描述的映射；可选</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>F&amp;rom</source>
        <translation>来源(&amp;R)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import annotations</source>
        <translation>导入标注</translation>
    </message>
    <message>
        <source>Imported. One Undo takes all of it back.</source>
        <translation>已导入。撤销一次即可全部收回。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Only if they are not beside it</source>
        <translation>仅当它们不在标注文件旁边时</translation>
    </message>
    <message>
        <source>See what would come in, before anything is written</source>
        <translation>在写入任何内容之前，查看将要导入的内容</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试集</translation>
    </message>
    <message>
        <source>The file or folder of annotations</source>
        <translation>标注文件或文件夹</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练集</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证集</translation>
    </message>
</context>
<context>
    <name>ImportPreviewView</name>
    <message>
        <source>Absences</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Change what people say for a class in the last column; put ; between several.</source>
        <translation>可在最后一列更改类别对应的描述；多个描述之间用 ; 分隔。</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Classes of the file, and what people say for them</source>
        <translation>文件中的类别及其对应的描述</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>New regions</source>
        <translation>新区域</translation>
    </message>
    <message>
        <source>People say</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>The file says itself what people say here</source>
        <translation>文件本身已给出此处的描述</translation>
    </message>
    <message>
        <source>What would be changed or left out</source>
        <translation>将要更改或略去的内容</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{name}  (new)</source>
        <translation>{name}（新）</translation>
    </message>
    <message>
        <source>{n} boxes</source>
        <translation>{n} 个框</translation>
    </message>
    <message>
        <source>{n} boxes at a frame</source>
        <translation>{n} 个帧上的框</translation>
    </message>
    <message>
        <source>{n} in the project already</source>
        <translation>{n} 个已在项目中</translation>
    </message>
    <message>
        <source>{n} new</source>
        <translation>{n} 个新的</translation>
    </message>
    <message>
        <source>{n} not found</source>
        <translation>{n} 个未找到</translation>
    </message>
    <message>
        <source>{n} segments</source>
        <translation>{n} 个片段</translation>
    </message>
    <message>
        <source>{n} taken back, because there are regions</source>
        <translation>{n} 个已撤回，因为已有区域</translation>
    </message>
    <message>
        <source>{n} tracks</source>
        <translation>{n} 条轨迹</translation>
    </message>
    <message>
        <source>{n} × “not present”</source>
        <translation>{n} 个“不存在”</translation>
    </message>
</context>
<context>
    <name>ImproveDialog</name>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>开始(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Throw it away</source>
        <translation>丢弃(&amp;T)</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>前后对比</translation>
    </message>
    <message>
        <source>Chosen by hand, after the comparison</source>
        <translation>比较之后手动选择</translation>
    </message>
    <message>
        <source>How far it is</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>How it learns is drawn here after some steps.</source>
        <translation>几步之后，学习过程会绘制在这里。</translation>
    </message>
    <message>
        <source>Improve the model</source>
        <translation>改进模型</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss while learning</source>
        <translation>学习过程中的损失</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Teach a&amp;gain…</source>
        <translation>再次训练(&amp;G)…</translation>
    </message>
    <message>
        <source>The report of {model} is not there any more.</source>
        <translation>{model} 的报告已不存在。</translation>
    </message>
    <message>
        <source>What was learnt so far is kept; it can go on later</source>
        <translation>已学到的内容会保留；之后可以继续</translation>
    </message>
    <message>
        <source>You can close this and go on working; the model that is asked now still answers meanwhile.</source>
        <translation>您可以关闭此窗口继续工作；其间仍由当前的模型回答问题。</translation>
    </message>
    <message>
        <source>{new}, from {base}</source>
        <translation>{new}，源自 {base}</translation>
    </message>
</context>
<context>
    <name>ImproveOptions</name>
    <message>
        <source>&amp;Epochs</source>
        <translation>轮数(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Hold out</source>
        <translation>留出(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>方法(&amp;M)</translation>
    </message>
    <message>
        <source>Adapters (LoRA)</source>
        <translation>适配器 (LoRA)</translation>
    </message>
    <message>
        <source>Adapters on a small copy (QLoRA)</source>
        <translation>小型副本上的适配器 (QLoRA)</translation>
    </message>
    <message>
        <source>All weights</source>
        <translation>全部权重</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>By the model&apos;s size</source>
        <translation>按模型大小</translation>
    </message>
    <message>
        <source>Learning &amp;rate</source>
        <translation>学习率(&amp;R)</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>更多选项</translation>
    </message>
    <message>
        <source>O&amp;ld material</source>
        <translation>旧材料(&amp;L)</translation>
    </message>
    <message>
        <source>Rendered scenes among what is shown, so that nothing is forgotten</source>
        <translation>在展示内容中加入渲染场景，以免遗忘</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>随机种子(&amp;D)</translation>
    </message>
    <message>
        <source>What is taught starts from this model, which stays as it is</source>
        <translation>训练从此模型开始，模型本身保持不变</translation>
    </message>
    <message>
        <source>{kinds}: start from</source>
        <translation>{kinds}：起始模型</translation>
    </message>
    <message>
        <source>{n} media are held out for good: every version is measured on them.</source>
        <translation>{n} 个媒体已永久留出：每个版本都用它们衡量。</translation>
    </message>
    <message>
        <source>{n} new ones are divided in the same way.</source>
        <translation>{n} 个新媒体按相同方式划分。</translation>
    </message>
    <message>
        <source>{n} of {all} media will be held out for good: nothing learns from them, every version is measured on them. The share cannot be changed later.</source>
        <translation>{all} 个媒体中的 {n} 个将永久留出：不用于学习，每个版本都用它们衡量。该比例之后无法更改。</translation>
    </message>
</context>
<context>
    <name>Improving</name>
    <message>
        <source>A model was being taught: Model, Improve the model goes on with it</source>
        <translation>有一个模型尚未训练完：可从“模型”菜单的“改进模型”继续</translation>
    </message>
    <message>
        <source>A new model is taught and measured: Model, Improve the model shows it</source>
        <translation>新模型已训练并衡量完毕：可在“模型”菜单的“改进模型”中查看</translation>
    </message>
    <message>
        <source>Its process ended unexpectedly. What was saved is still there: go on from it.</source>
        <translation>其进程意外结束。已保存的内容仍在：可以从那里继续。</translation>
    </message>
    <message>
        <source>Its process was ended from outside, as happens when the computer&apos;s memory runs out. What was saved is still there: close other programs, and go on from it.</source>
        <translation>其进程被外部结束，电脑内存耗尽时会发生这种情况。已保存的内容仍在：请关闭其他程序，然后从那里继续。</translation>
    </message>
    <message>
        <source>The memory ran out while learning. Close other programs and go on; or throw it away and start again with adapters (More options, Method), with a smaller model, or on another device (Preferences).</source>
        <translation>学习时内存耗尽。请关闭其他程序后继续；或将其丢弃，改用适配器（“更多选项”的“方法”）、较小的模型或其他设备（首选项）重新开始。</translation>
    </message>
    <message>
        <source>The memory ran out while learning. Go on: it is then shown half as much at a time, which is slower and comes to the same.</source>
        <translation>学习时内存耗尽。请继续：之后每次只展示一半，速度较慢，结果相同。</translation>
    </message>
    <message>
        <source>The process could not be started</source>
        <translation>无法启动进程</translation>
    </message>
    <message>
        <source>Throw it away, and start again</source>
        <translation>请将其丢弃，然后重新开始</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Accepted as proposed</source>
        <translation>按候选原样接受</translation>
    </message>
    <message>
        <source>Accepted, then edited</source>
        <translation>接受后编辑过</translation>
    </message>
    <message>
        <source>Annotation</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>Changed by {who}</source>
        <translation>更改者：{who}</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Drawn by hand</source>
        <translation>手动绘制</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Expressions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Made by {who}</source>
        <translation>创建者：{who}</translation>
    </message>
    <message>
        <source>Not present</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Other fields</source>
        <translation>其他字段</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Proposal</source>
        <translation>候选</translation>
    </message>
    <message>
        <source>Select an object to see and edit what is known of it.</source>
        <translation>选择一个对象，以查看和编辑其信息。</translation>
    </message>
    <message>
        <source>Select one kind of object to see what they share.</source>
        <translation>请只选择同一类对象，以查看它们的共同之处。</translation>
    </message>
    <message>
        <source>The history of this item</source>
        <translation>此条目的历史</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Various</source>
        <translation>多个值</translation>
    </message>
    <message>
        <source>What is known of the selected object</source>
        <translation>所选对象的信息</translation>
    </message>
    <message>
        <source>asked “{words}”</source>
        <translation>提问内容“{words}”</translation>
    </message>
    <message>
        <source>no score</source>
        <translation>无得分</translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation>得分 {score}</translation>
    </message>
    <message>
        <source>{n} selected</source>
        <translation>已选 {n} 个</translation>
    </message>
    <message>
        <source>{time}, {n} key boxes</source>
        <translation>{time}，{n} 个关键框</translation>
    </message>
    <message>
        <source>{what}, locked</source>
        <translation>{what}，已锁定</translation>
    </message>
</context>
<context>
    <name>InstallationDialog</name>
    <message>
        <source>&amp;Copy report</source>
        <translation>复制报告(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>All that GroundLabel does was done once here.</source>
        <translation>GroundLabel 的全部工作都已在此完成一遍。</translation>
    </message>
    <message>
        <source>Ask about a picture</source>
        <translation>就图片提问</translation>
    </message>
    <message>
        <source>Ask about a sound</source>
        <translation>就声音提问</translation>
    </message>
    <message>
        <source>Ask about a video</source>
        <translation>就视频提问</translation>
    </message>
    <message>
        <source>Ask the model that was taught</source>
        <translation>向训练后的模型提问</translation>
    </message>
    <message>
        <source>Below stands what happened and what to do. Copy the report when you ask for help.</source>
        <translation>下面说明了发生的情况和处理办法。寻求帮助时请附上复制的报告。</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>重新检查(&amp;A)</translation>
    </message>
    <message>
        <source>Check this installation</source>
        <translation>检查此安装</translation>
    </message>
    <message>
        <source>Checking this installation…</source>
        <translation>正在检查此安装…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Everything that is needed is there</source>
        <translation>所需的一切都已具备</translation>
    </message>
    <message>
        <source>Everything works</source>
        <translation>一切正常</translation>
    </message>
    <message>
        <source>Export as COCO</source>
        <translation>导出为 COCO</translation>
    </message>
    <message>
        <source>GroundLabel does its whole work once, on media that it brought along. It takes about a minute; you can go on working. Your projects are not touched, and what is written is removed at the end.</source>
        <translation>GroundLabel 用自带的媒体把全部工作做一遍，大约需要一分钟，您可以继续工作。您的项目不受影响，写入的内容最后会被删除。</translation>
    </message>
    <message>
        <source>Make a project of the sample</source>
        <translation>用示例新建项目</translation>
    </message>
    <message>
        <source>Missing: {names}</source>
        <translation>缺少：{names}</translation>
    </message>
    <message>
        <source>Not tried</source>
        <translation>未尝试</translation>
    </message>
    <message>
        <source>One step failed</source>
        <translation>1 个步骤失败</translation>
    </message>
    <message>
        <source>Steps done</source>
        <translation>已完成的步骤</translation>
    </message>
    <message>
        <source>Steps of the check</source>
        <translation>检查步骤</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Teach a model</source>
        <translation>训练模型</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>What to do: {advice}</source>
        <translation>处理办法：{advice}</translation>
    </message>
    <message>
        <source>What was found so far stands below.</source>
        <translation>下面是到目前为止的结果。</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>{n} steps failed</source>
        <translation>{n} 个步骤失败</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>ItemsPanel</name>
    <message>
        <source>1 missing  ·  Find…</source>
        <translation>1 个缺失  ·  查找…</translation>
    </message>
    <message>
        <source>Find moved files</source>
        <translation>查找已移动的文件</translation>
    </message>
    <message>
        <source>Look for the moved files in a folder that you name</source>
        <translation>在您指定的文件夹中查找已移动的文件</translation>
    </message>
    <message>
        <source>No item fits this filter.
Esc shows all of them.</source>
        <translation>没有符合此筛选条件的条目。
按 Esc 显示全部。</translation>
    </message>
    <message>
        <source>No items yet.
Drop pictures or a folder here.</source>
        <translation>还没有条目。
请将图片或文件夹拖放到这里。</translation>
    </message>
    <message>
        <source>Show all items</source>
        <translation>显示所有条目</translation>
    </message>
    <message>
        <source>{n} missing  ·  Find…</source>
        <translation>{n} 个缺失  ·  查找…</translation>
    </message>
</context>
<context>
    <name>KeyButton</name>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>请按下按键…</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Click a key, then press another.</source>
        <translation>点击一个快捷键，然后按下新的按键。</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其快捷键</translation>
    </message>
    <message>
        <source>First key of {name}</source>
        <translation>{name} 的第一快捷键</translation>
    </message>
    <message>
        <source>GroundLabel&apos;s keys</source>
        <translation>GroundLabel 快捷键</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Keys as in CVAT</source>
        <translation>CVAT 风格快捷键</translation>
    </message>
    <message>
        <source>Load keys</source>
        <translation>载入快捷键</translation>
    </message>
    <message>
        <source>Load keys from a file</source>
        <translation>从文件载入快捷键</translation>
    </message>
    <message>
        <source>Or</source>
        <translation>备用</translation>
    </message>
    <message>
        <source>Save the keys</source>
        <translation>保存快捷键</translation>
    </message>
    <message>
        <source>Save the keys to a file</source>
        <translation>将快捷键保存到文件</translation>
    </message>
    <message>
        <source>Saved in {path}</source>
        <translation>已保存到 {path}</translation>
    </message>
    <message>
        <source>Second key of {name}</source>
        <translation>{name} 的第二快捷键</translation>
    </message>
    <message>
        <source>Set of keys</source>
        <translation>快捷键方案</translation>
    </message>
    <message>
        <source>Should it mean “{name}” instead?</source>
        <translation>要改为“{name}”吗？</translation>
    </message>
    <message>
        <source>Swap the two</source>
        <translation>互换两者</translation>
    </message>
    <message>
        <source>Take it away there</source>
        <translation>从原命令移除</translation>
    </message>
    <message>
        <source>Take the key away: {key}</source>
        <translation>移除该快捷键：{key}</translation>
    </message>
    <message>
        <source>The key is taken</source>
        <translation>该快捷键已被占用</translation>
    </message>
    <message>
        <source>This key cannot be changed.</source>
        <translation>此快捷键无法更改。</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>适用范围</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>所有位置</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>picture, objects</source>
        <translation>图片、对象</translation>
    </message>
    <message>
        <source>picture, timeline</source>
        <translation>图片、时间轴</translation>
    </message>
    <message>
        <source>timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>{key} cannot be given to a command: every window needs it.</source>
        <translation>{key} 不能分配给命令：每个窗口都需要它。</translation>
    </message>
    <message>
        <source>{key} it is.</source>
        <translation>已设为 {key}。</translation>
    </message>
    <message>
        <source>{key} means {names}.</source>
        <translation>{key} 已用于 {names}。</translation>
    </message>
    <message>
        <source>{key} opens the menu {menu}.</source>
        <translation>{key} 用于打开菜单 {menu}。</translation>
    </message>
    <message>
        <source>{name}: back to the keys of the set</source>
        <translation>{name}：恢复为方案中的快捷键</translation>
    </message>
</context>
<context>
    <name>Labelling</name>
    <message>
        <source>Select a box to label it “{name}”</source>
        <translation>请选择一个框，以贴上标签“{name}”</translation>
    </message>
    <message>
        <source>There is a label “{name}” already</source>
        <translation>已有标签“{name}”</translation>
    </message>
    <message>
        <source>There is no label {n} yet; the menu Items shows the labels</source>
        <translation>还没有标签 {n}；“条目”菜单中可查看标签</translation>
    </message>
</context>
<context>
    <name>LabelsDialog</name>
    <message>
        <source>A new label</source>
        <translation>新标签</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Another expression for it</source>
        <translation>为其添加另一个描述</translation>
    </message>
    <message>
        <source>Another expression for the label</source>
        <translation>为该标签添加另一个描述</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colour {name}</source>
        <translation>颜色：{name}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Expressions</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Expressions that mean it</source>
        <translation>表示它的描述</translation>
    </message>
    <message>
        <source>Expressions that mean the label</source>
        <translation>表示该标签的描述</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Let it mean another label…</source>
        <translation>改为表示另一个标签…</translation>
    </message>
    <message>
        <source>Merge it into…</source>
        <translation>合并到…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of a new label</source>
        <translation>新标签的名称</translation>
    </message>
    <message>
        <source>Nothing uses it</source>
        <translation>没有被使用</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Numbers are frozen: exports rely on them. 0 to 9 are the keys that label the selected boxes. A name is changed by a double click.</source>
        <translation>编号固定不变，导出依赖于它们。0 到 9 是为选中的框贴标签的按键。双击可修改名称。</translation>
    </message>
    <message>
        <source>Objects and expressions go along; the number is retired. Ctrl+Z undoes it.</source>
        <translation>对象和描述会一并转移；该编号不再使用。按 Ctrl+Z 可撤销。</translation>
    </message>
    <message>
        <source>One annotation or “no” uses it: merge it into another label instead</source>
        <translation>有 1 个标注或“不存在”判定正在使用它：请改为合并到另一个标签</translation>
    </message>
    <message>
        <source>The label that the chosen expression means</source>
        <translation>所选描述表示的标签</translation>
    </message>
    <message>
        <source>The label that this one is merged into</source>
        <translation>此标签将合并到的标签</translation>
    </message>
    <message>
        <source>The whole label</source>
        <translation>整个标签</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>使用次数</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>蓝色</translation>
    </message>
    <message>
        <source>green</source>
        <translation>绿色</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰色</translation>
    </message>
    <message>
        <source>orange</source>
        <translation>橙色</translation>
    </message>
    <message>
        <source>purple</source>
        <translation>紫色</translation>
    </message>
    <message>
        <source>sky blue</source>
        <translation>天蓝色</translation>
    </message>
    <message>
        <source>vermilion</source>
        <translation>朱红色</translation>
    </message>
    <message>
        <source>yellow</source>
        <translation>黄色</translation>
    </message>
    <message>
        <source>{n} annotations and “no” use it: merge it into another label instead</source>
        <translation>有 {n} 个标注和“不存在”判定正在使用它：请改为合并到另一个标签</translation>
    </message>
</context>
<context>
    <name>LicencesDialog</name>
    <message>
        <source>I have read these licences and &amp;accept them</source>
        <translation>我已阅读并接受这些许可证(&amp;A)</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>These terms hold for {names}. They are not GroundLabel&apos;s own.</source>
        <translation>这些条款适用于 {names}，并非 GroundLabel 自身的条款。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>1 item added</source>
        <translation>已添加 1 个条目</translation>
    </message>
    <message>
        <source>Adding {done} of {total}…</source>
        <translation>正在添加 {done} / {total}…</translation>
    </message>
    <message>
        <source>Looking for pictures…</source>
        <translation>正在查找图片…</translation>
    </message>
    <message>
        <source>Nothing new to add</source>
        <translation>没有新内容可添加</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Saved {time}</source>
        <translation>已保存 {time}</translation>
    </message>
    <message>
        <source>{count} items added</source>
        <translation>已添加 {count} 个条目</translation>
    </message>
    <message>
        <source>{name} (read-only)</source>
        <translation>{name}（只读）</translation>
    </message>
</context>
<context>
    <name>MeaningStrip</name>
    <message>
        <source>Keep it as a label of its own</source>
        <translation>保留为单独的标签</translation>
    </message>
    <message>
        <source>Label of the new phrase</source>
        <translation>新短语的标签</translation>
    </message>
    <message>
        <source>a new label</source>
        <translation>新标签</translation>
    </message>
    <message>
        <source>“{said}” is</source>
        <translation>“{said}”是</translation>
    </message>
    <message>
        <source>Remember</source>
        <translation>记住</translation>
    </message>
    <message>
        <source>Use this label whenever the phrase is used</source>
        <translation>每次使用该短语时都采用此标签</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Ask</source>
        <translation>提问(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>颜色(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Items</source>
        <translation>条目(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Mo&amp;del</source>
        <translation>模型(&amp;D)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>打开最近的项目(&amp;R)</translation>
    </message>
</context>
<context>
    <name>MessageCard</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>See and save a diagnostic report</source>
        <translation>查看并保存诊断报告</translation>
    </message>
</context>
<context>
    <name>Minimap</name>
    <message>
        <source>Click or drag to go there</source>
        <translation>点击或拖动以前往</translation>
    </message>
    <message>
        <source>Overview of the picture</source>
        <translation>图片概览</translation>
    </message>
</context>
<context>
    <name>ModelDetail</name>
    <message>
        <source>&amp;Check the files</source>
        <translation>检查文件(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Download…</source>
        <translation>下载(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Load now</source>
        <translation>立即加载(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Read the licences…</source>
        <translation>阅读许可证(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>移除(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Resume the download</source>
        <translation>继续下载(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Unload</source>
        <translation>卸载(&amp;U)</translation>
    </message>
    <message>
        <source>A folder with the model&apos;s files works without a hub.</source>
        <translation>有了包含模型文件的文件夹，就无需模型库。</translation>
    </message>
    <message>
        <source>About this model</source>
        <translation>关于此模型</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Card of the model</source>
        <translation>模型说明</translation>
    </message>
    <message>
        <source>Choose a &amp;folder…</source>
        <translation>选择文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Comes from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>D&amp;iscard</source>
        <translation>放弃(&amp;I)</translation>
    </message>
    <message>
        <source>Deletes what has come of it</source>
        <translation>删除已下载的部分</translation>
    </message>
    <message>
        <source>Ends its process and frees its memory; a question loads it anew</source>
        <translation>结束其进程并释放内存；再次提问时会重新加载</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>概况</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Licences of the model</source>
        <translation>模型的许可证</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Loading into memory…</source>
        <translation>正在载入内存…</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>源自</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>依赖</translation>
    </message>
    <message>
        <source>Nobody has written down its licence.</source>
        <translation>没有记录其许可证。</translation>
    </message>
    <message>
        <source>Pau&amp;se</source>
        <translation>暂停(&amp;S)</translation>
    </message>
    <message>
        <source>Runs so because</source>
        <translation>运行方式的原因</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Stop &amp;loading</source>
        <translation>停止加载(&amp;L)</translation>
    </message>
    <message>
        <source>This model has no card.</source>
        <translation>此模型没有说明。</translation>
    </message>
    <message>
        <source>Understands</source>
        <translation>可理解</translation>
    </message>
    <message>
        <source>Use for &amp;pictures</source>
        <translation>用于图片(&amp;P)</translation>
    </message>
    <message>
        <source>Use for &amp;videos and sounds</source>
        <translation>用于视频和声音(&amp;V)</translation>
    </message>
    <message>
        <source>What is known of the model</source>
        <translation>此模型的已知信息</translation>
    </message>
    <message>
        <source>comes with GroundLabel</source>
        <translation>随 GroundLabel 附带</translation>
    </message>
    <message>
        <source>nothing by itself: a part of other models</source>
        <translation>本身不能单独使用：是其他模型的组成部分</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>在本机上</translation>
    </message>
    <message>
        <source>told when the download begins</source>
        <translation>开始下载时告知</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>used for pictures</source>
        <translation>用于图片</translation>
    </message>
    <message>
        <source>used for videos and sounds</source>
        <translation>用于视频和声音</translation>
    </message>
    <message>
        <source>{here}, not loaded</source>
        <translation>{here}，未加载</translation>
    </message>
</context>
<context>
    <name>ModelStore</name>
    <message>
        <source>Every file is as it came.</source>
        <translation>每个文件都与原始文件一致。</translation>
    </message>
    <message>
        <source>It is here, and every file has the hash that was announced.</source>
        <translation>已在本机上，每个文件的哈希值都与公布的一致。</translation>
    </message>
    <message>
        <source>Its weights are sane. There is no record of hashes to compare with.</source>
        <translation>其权重正常。没有可供比对的哈希记录。</translation>
    </message>
    <message>
        <source>install GroundLabel again</source>
        <translation>请重新安装 GroundLabel</translation>
    </message>
    <message>
        <source>remove it, and download or add it again</source>
        <translation>请将其移除，然后重新下载或添加</translation>
    </message>
    <message>
        <source>{name} is not as it came</source>
        <translation>{name} 与原始文件不一致</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Adding {name}</source>
        <translation>正在添加 {name}</translation>
    </message>
    <message>
        <source>Checking {name}</source>
        <translation>正在检查 {name}</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>正在下载 {name}</translation>
    </message>
    <message>
        <source>Removing {name}</source>
        <translation>正在移除 {name}</translation>
    </message>
    <message>
        <source>begun, not complete</source>
        <translation>已开始，尚未完整</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>无法使用</translation>
    </message>
    <message>
        <source>could not be loaded</source>
        <translation>加载失败</translation>
    </message>
    <message>
        <source>loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>not on this machine</source>
        <translation>不在本机上</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>{h} h {m} min left</source>
        <translation>还需 {h} 小时 {m} 分钟</translation>
    </message>
    <message>
        <source>{n} bytes</source>
        <translation>{n} 字节</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>还需 {n} 分钟</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>还需 {n} 秒</translation>
    </message>
    <message>
        <source>{rate}/s</source>
        <translation>{rate}/秒</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>&amp;Add a folder…</source>
        <translation>添加文件夹(&amp;A)…</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>4 bits: a third, less exact</source>
        <translation>4 位：三分之一的内存，精度较低</translation>
    </message>
    <message>
        <source>8 bits: half the memory</source>
        <translation>8 位：一半的内存</translation>
    </message>
    <message>
        <source>A copy stays when the folder goes. Used where it is, it takes no room of its own.</source>
        <translation>即使原文件夹删除，副本仍会保留。就地使用则不另占空间。</translation>
    </message>
    <message>
        <source>A model&apos;s folder</source>
        <translation>模型的文件夹</translation>
    </message>
    <message>
        <source>A model&apos;s folder from anywhere; it can also be dropped here</source>
        <translation>任意位置的模型文件夹；也可以拖放到这里</translation>
    </message>
    <message>
        <source>A part of other models</source>
        <translation>其他模型的组成部分</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Accept and add</source>
        <translation>接受并添加</translation>
    </message>
    <message>
        <source>Accept and download</source>
        <translation>接受并下载</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Add {name}?</source>
        <translation>添加 {name}？</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Its files are deleted: {size}. What you annotated with it stays.</source>
        <translation>将删除其文件：{size}。您用它完成的标注会保留。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>正在查找模型…</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No model was found. Add the folder of one, or drop it here.</source>
        <translation>没有找到模型。请添加模型的文件夹，或将其拖放到这里。</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>在本机上</translation>
    </message>
    <message>
        <source>Only the link is removed; the folder that it leads to stays.</source>
        <translation>只移除链接；链接指向的文件夹会保留。</translation>
    </message>
    <message>
        <source>Pr&amp;ecision</source>
        <translation>精度(&amp;E)</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>Remove {name} from this machine?</source>
        <translation>要从本机移除 {name} 吗？</translation>
    </message>
    <message>
        <source>Runs &amp;on</source>
        <translation>运行于(&amp;O)</translation>
    </message>
    <message>
        <source>To download</source>
        <translation>可下载</translation>
    </message>
    <message>
        <source>Use it where it is</source>
        <translation>就地使用</translation>
    </message>
</context>
<context>
    <name>NoteTree</name>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>{n} more; the copied list has them all</source>
        <translation>还有 {n} 条；复制的列表中包含全部</translation>
    </message>
    <message>
        <source>{n} times</source>
        <translation>{n} 次</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>A newer GroundLabel wrote the settings</source>
        <translation>设置由更新版本的 GroundLabel 写入</translation>
    </message>
    <message>
        <source>A report of what happened helps to find the fault.</source>
        <translation>事件报告有助于找到故障原因。</translation>
    </message>
    <message>
        <source>Everything you had done is saved, and you are back where you were.</source>
        <translation>您的所有工作均已保存，现已回到之前的位置。</translation>
    </message>
    <message>
        <source>GroundLabel ended unexpectedly the last time</source>
        <translation>GroundLabel 上次意外退出</translation>
    </message>
    <message>
        <source>Something went wrong inside GroundLabel</source>
        <translation>GroundLabel 内部出了问题</translation>
    </message>
    <message>
        <source>They hold as far as this version knows them, and stay as they are.</source>
        <translation>此版本认识的设置照常生效，文件保持原样。</translation>
    </message>
    <message>
        <source>What you change here is kept apart from them.</source>
        <translation>您在此所作的更改会单独保存。</translation>
    </message>
    <message>
        <source>Your work is saved. You can go on; please add the report when you tell of this.</source>
        <translation>您的工作已保存，可以继续；反馈此问题时请附上报告。</translation>
    </message>
</context>
<context>
    <name>ObjectRows</name>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>proposed by {model}</source>
        <translation>由 {model} 给出</translation>
    </message>
    <message>
        <source>score {calibrated}, going by what was accepted here; measured {measured}</source>
        <translation>得分 {calibrated}，按此处的接受情况校准；实测 {measured}</translation>
    </message>
</context>
<context>
    <name>ObjectsPanel</name>
    <message>
        <source>Annotations ({count})</source>
        <translation>标注（{count}）</translation>
    </message>
    <message>
        <source>Click to hide</source>
        <translation>点击隐藏</translation>
    </message>
    <message>
        <source>Click to lock</source>
        <translation>点击锁定</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Find among the objects</source>
        <translation>在对象中查找</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>Hidden: click to show</source>
        <translation>已隐藏：点击显示</translation>
    </message>
    <message>
        <source>Locked: cannot be changed</source>
        <translation>已锁定：无法更改</translation>
    </message>
    <message>
        <source>Locked: click to unlock</source>
        <translation>已锁定：点击解锁</translation>
    </message>
    <message>
        <source>No object has these words.</source>
        <translation>没有包含这些文字的对象。</translation>
    </message>
    <message>
        <source>Not present ({count})</source>
        <translation>不存在（{count}）</translation>
    </message>
    <message>
        <source>Nothing here yet.
Ask for something above,
draw a box with R,
or drag a segment in the timeline.</source>
        <translation>这里还没有内容。
请在上方提问，
按 R 画框，
或在时间轴上拖出片段。</translation>
    </message>
    <message>
        <source>Nothing here yet.
Ask for something above,
or drag a segment over the sound.</source>
        <translation>这里还没有内容。
请在上方提问，
或在声音上拖出片段。</translation>
    </message>
    <message>
        <source>Nothing here yet.
Ask for something above,
or draw a box with R.</source>
        <translation>这里还没有内容。
请在上方提问，
或按 R 画框。</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Proposals ({count})</source>
        <translation>候选（{count}）</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>drawn</source>
        <translation>已绘制</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
</context>
<context>
    <name>OutcomeView</name>
    <message>
        <source>&amp;Keep the old one</source>
        <translation>保留旧模型(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Use the new model</source>
        <translation>使用新模型(&amp;U)</translation>
    </message>
    <message>
        <source>80 % between</source>
        <translation>80% 区间</translation>
    </message>
    <message>
        <source>Adopted: {kinds} are asked of {new} from now on</source>
        <translation>已采用：今后{kinds}由 {new} 回答</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Drawn anew from the held-out media, four of five times the difference lies between these</source>
        <translation>从留出的媒体中重新抽样，五次中有四次差值落在此区间</translation>
    </message>
    <message>
        <source>Figures before and after</source>
        <translation>前后的指标</translation>
    </message>
    <message>
        <source>It is asked already</source>
        <translation>已在使用</translation>
    </message>
    <message>
        <source>Kept {old}, because {new} has forgotten too much</source>
        <translation>保留 {old}，因为 {new} 遗忘过多</translation>
    </message>
    <message>
        <source>Kept {old}, because {new} is not surely better</source>
        <translation>保留 {old}，因为不能确定 {new} 更好</translation>
    </message>
    <message>
        <source>Kept {old}, because {new} is worse</source>
        <translation>保留 {old}，因为 {new} 更差</translation>
    </message>
    <message>
        <source>Not there, and said so</source>
        <translation>不存在，且回答正确</translation>
    </message>
    <message>
        <source>On the hold-out</source>
        <translation>在留出集上</translation>
    </message>
    <message>
        <source>One object, acc@0.5</source>
        <translation>单个对象，acc@0.5</translation>
    </message>
    <message>
        <source>Open the &amp;report</source>
        <translation>打开报告(&amp;R)</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>百分点</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Several objects, F1@0.5</source>
        <translation>多个对象，F1@0.5</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Sounds, R@1 at 0.5</source>
        <translation>声音，R@1（0.5）</translation>
    </message>
    <message>
        <source>Sounds: not there, and said so</source>
        <translation>声音：不存在，且回答正确</translation>
    </message>
    <message>
        <source>Sounds: there, and said so</source>
        <translation>声音：存在，且回答正确</translation>
    </message>
    <message>
        <source>There, and said so</source>
        <translation>存在，且回答正确</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Videos, R@1 at 0.5</source>
        <translation>视频，R@1（0.5）</translation>
    </message>
    <message>
        <source>Videos: not there, and said so</source>
        <translation>视频：不存在，且回答正确</translation>
    </message>
    <message>
        <source>Videos: there, and said so</source>
        <translation>视频：存在，且回答正确</translation>
    </message>
    <message>
        <source>What got better</source>
        <translation>变好的</translation>
    </message>
    <message>
        <source>What got worse</source>
        <translation>变差的</translation>
    </message>
    <message>
        <source>What it could do before: rendered scenes</source>
        <translation>原有的能力：渲染场景</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>true</source>
        <translation>真值</translation>
    </message>
</context>
<context>
    <name>PictureCommands</name>
    <message>
        <source>Select annotations to lock or hide them</source>
        <translation>请选择要锁定或隐藏的标注</translation>
    </message>
    <message>
        <source>There is nothing to select yet</source>
        <translation>还没有可选择的内容</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Nothing to show yet</source>
        <translation>还没有可显示的内容</translation>
    </message>
    <message>
        <source>Open a picture or a folder, or drop files here.</source>
        <translation>请打开图片或文件夹，或将文件拖放到这里。</translation>
    </message>
</context>
<context>
    <name>PlaceFields</name>
    <message>
        <source>End in seconds</source>
        <translation>终点（秒）</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度（像素）</translation>
    </message>
    <message>
        <source>Left edge in pixels</source>
        <translation>左边缘（像素）</translation>
    </message>
    <message>
        <source>Start in seconds</source>
        <translation>起点（秒）</translation>
    </message>
    <message>
        <source>Top edge in pixels</source>
        <translation>上边缘（像素）</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度（像素）</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>h</source>
        <translation>高</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>w</source>
        <translation>宽</translation>
    </message>
    <message>
        <source>x</source>
        <translation>x</translation>
    </message>
    <message>
        <source>y</source>
        <translation>y</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>No setting and no key is called so.</source>
        <translation>没有这样的设置或快捷键。</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>Reset all…</source>
        <translation>全部重置…</translation>
    </message>
    <message>
        <source>Search the settings and keys</source>
        <translation>搜索设置和快捷键</translation>
    </message>
    <message>
        <source>Set everything back to how it was in the beginning?</source>
        <translation>要将所有内容恢复到最初的状态吗？</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>That is all pages here, your name and your keys among them.</source>
        <translation>这包括这里的所有页面，您的姓名和快捷键也在其中。</translation>
    </message>
</context>
<context>
    <name>Proposing</name>
    <message>
        <source>Answers cannot be kept</source>
        <translation>无法保存回答</translation>
    </message>
    <message>
        <source>Cancel the questions that are being asked first</source>
        <translation>请先取消正在进行的提问</translation>
    </message>
    <message>
        <source>Every item here has been asked about this, or is done</source>
        <translation>这里的每个条目都已就此提问过，或已完成</translation>
    </message>
    <message>
        <source>Open it where you may write, or copy it.</source>
        <translation>请在您有写入权限的位置打开，或复制一份。</translation>
    </message>
    <message>
        <source>The project is read-only: {reason}</source>
        <translation>项目为只读：{reason}</translation>
    </message>
    <message>
        <source>Type what to look for first</source>
        <translation>请先输入要查找的内容</translation>
    </message>
</context>
<context>
    <name>Queueing</name>
    <message>
        <source>Most worth looking at first; this is number {n}</source>
        <translation>最值得查看的排在最前；当前为第 {n} 个</translation>
    </message>
    <message>
        <source>The items most worth looking at come first</source>
        <translation>最值得查看的条目排在最前</translation>
    </message>
    <message>
        <source>Working out which items are worth most: {done} of {total}</source>
        <translation>正在计算哪些条目最值得查看：{done} / {total}</translation>
    </message>
</context>
<context>
    <name>ReadOnlyBanner</name>
    <message>
        <source>{reason} You can look at everything, and export it.</source>
        <translation>{reason} 您可以查看全部内容，也可以导出。</translation>
    </message>
</context>
<context>
    <name>Relinking</name>
    <message>
        <source>1 file was found again</source>
        <translation>重新找到了 1 个文件</translation>
    </message>
    <message>
        <source>{n} files were found again</source>
        <translation>重新找到了 {n} 个文件</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>Copy this list</source>
        <translation>复制此列表</translation>
    </message>
    <message>
        <source>changed: {where}: {what}</source>
        <translation>更改：{where}：{what}</translation>
    </message>
    <message>
        <source>left out: {where}: {what}</source>
        <translation>略去：{where}：{what}</translation>
    </message>
    <message>
        <source>{read} read  ·  {written} written  ·  {changed} changed  ·  {skipped} left out</source>
        <translation>读取 {read}  ·  写入 {written}  ·  更改 {changed}  ·  略去 {skipped}</translation>
    </message>
</context>
<context>
    <name>RunStrip</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Go on asking</source>
        <translation>继续提问</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause or resume</source>
        <translation>暂停或继续</translation>
    </message>
    <message>
        <source>Paused at {done} of {total} items</source>
        <translation>已暂停在第 {done} 个条目，共 {total} 个</translation>
    </message>
    <message>
        <source>Progress over many items</source>
        <translation>多个条目的进度</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stop after the item that is being asked about</source>
        <translation>询问完当前条目后停止</translation>
    </message>
    <message>
        <source>Stop asking; the answers that have come stay</source>
        <translation>停止提问；已得到的回答会保留</translation>
    </message>
    <message>
        <source>found on {n}</source>
        <translation>在 {n} 个中找到</translation>
    </message>
    <message>
        <source>{done} of {total} items asked</source>
        <translation>已询问 {done} / {total} 个条目</translation>
    </message>
    <message>
        <source>{n} could not be asked</source>
        <translation>{n} 个无法询问</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>{title}: back to the default</source>
        <translation>{title}：恢复默认值</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>4 bits</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>A small picture in the corner while zoomed in.</source>
        <translation>放大时在角落显示一张小图。</translation>
    </message>
    <message>
        <source>Answers and model</source>
        <translation>回答与模型</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Cross-hair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Each expression</source>
        <translation>每个描述</translation>
    </message>
    <message>
        <source>Each label</source>
        <translation>每个标签</translation>
    </message>
    <message>
        <source>Edges catch</source>
        <translation>边缘吸附</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Fewer bits need less memory and are less exact.</source>
        <translation>位数越少，所需内存越少，精度也越低。</translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation>GPU (CUDA)</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>How far Shift and an arrow go.</source>
        <translation>按 Shift 加方向键时跳转的距离。</translation>
    </message>
    <message>
        <source>How much of a segment is heard after its beginning or end was dragged.</source>
        <translation>拖动片段的起点或终点后播放多长一段。</translation>
    </message>
    <message>
        <source>It is written beside everything you do, so that a team knows who decided what.</source>
        <translation>它会写在您所做的一切旁边，让团队知道每个决定由谁作出。</translation>
    </message>
    <message>
        <source>Jump</source>
        <translation>跳转</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Least score</source>
        <translation>最低得分</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Lines through the pointer while drawing.</source>
        <translation>绘制时显示穿过指针的线。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory for pictures</source>
        <translation>图片所用内存</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不播放</translation>
    </message>
    <message>
        <source>Of menus, dialogs and messages. A change holds from the next start of GroundLabel on.</source>
        <translation>菜单、对话框和消息的语言。更改在下次启动 GroundLabel 时生效。</translation>
    </message>
    <message>
        <source>Of the whole window; it changes at once.</source>
        <translation>整个窗口的颜色；立即生效。</translation>
    </message>
    <message>
        <source>On either side of the one you see, so that the next one is there at once.</source>
        <translation>在当前图片的前后各预读几张，切换时立即可见。</translation>
    </message>
    <message>
        <source>One colour for</source>
        <translation>同色依据</translation>
    </message>
    <message>
        <source>Open the last project at the start</source>
        <translation>启动时打开上次的项目</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览图</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Pictures read ahead</source>
        <translation>预读图片</translation>
    </message>
    <message>
        <source>Play a dragged edge</source>
        <translation>播放拖动的边缘</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Proposals with a lower score are hidden and counted. The slider beside an answer is the same.</source>
        <translation>得分较低的候选会被隐藏并计数。与回答旁边的滑块相同。</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>运行于</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>The best there is</source>
        <translation>最佳可用设备</translation>
    </message>
    <message>
        <source>Videos and sounds</source>
        <translation>视频和声音</translation>
    </message>
    <message>
        <source>What boxes of the same colour have in common.</source>
        <translation>同色的框有何共同之处。</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>自动适配</translation>
    </message>
    <message>
        <source>What is drawn, moved or resized is drawn to edges nearby. Alt suspends it.</source>
        <translation>绘制、移动或调整大小时会吸附到附近的边缘。按住 Alt 可暂停吸附。</translation>
    </message>
    <message>
        <source>What is kept of pictures that were seen or read ahead.</source>
        <translation>为看过或预读的图片保留的内容。</translation>
    </message>
    <message>
        <source>Where the model runs. A change holds from the next question on.</source>
        <translation>模型在哪里运行。更改从下一个问题起生效。</translation>
    </message>
    <message>
        <source>Where you left it: item, view and filter.</source>
        <translation>恢复到您离开时的条目、视图和筛选。</translation>
    </message>
    <message>
        <source>With which videos and sounds begin; [ and ] change it while playing.</source>
        <translation>视频和声音开始播放时的速度；播放中可用 [ 和 ] 更改。</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>您的姓名</translation>
    </message>
    <message>
        <source>简体中文</source>
        <translation>简体中文</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Change the keys…</source>
        <translation>更改快捷键…</translation>
    </message>
    <message>
        <source>How</source>
        <translation>操作方式</translation>
    </message>
    <message>
        <source>Keyboard and mouse</source>
        <translation>键盘与鼠标</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>What</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>What keys and mouse do</source>
        <translation>键盘和鼠标的用途</translation>
    </message>
</context>
<context>
    <name>SoundOverlay</name>
    <message>
        <source>Waveform and spectrogram</source>
        <translation>波形与频谱图</translation>
    </message>
</context>
<context>
    <name>SoundView</name>
    <message>
        <source>A sound of {length}</source>
        <translation>声音，长 {length}</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>没有声音</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>正在读取声音…</translation>
    </message>
    <message>
        <source>Stretch in sight</source>
        <translation>可见区间</translation>
    </message>
    <message>
        <source>{db} dB</source>
        <translation>{db} dB</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>Say in words what you look for. Correct what the model finds.</source>
        <translation>用文字说出要找的内容，并纠正模型的结果。</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>起始页</translation>
    </message>
    <message>
        <source>You can also drop pictures, folders or a project anywhere on this window.</source>
        <translation>您也可以将图片、文件夹或项目拖放到此窗口的任意位置。</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>(demonstrator)</source>
        <translation>（演示版）</translation>
    </message>
    <message>
        <source>Every edit is on the disk as soon as you make it.</source>
        <translation>每次编辑都会立即写入磁盘。</translation>
    </message>
    <message>
        <source>Improve the model: how far it is</source>
        <translation>改进模型：进度</translation>
    </message>
    <message>
        <source>It is loaded by the first question.</source>
        <translation>第一次提问时会加载它。</translation>
    </message>
    <message>
        <source>It takes {size} of memory.</source>
        <translation>占用 {size} 内存。</translation>
    </message>
    <message>
        <source>It will run on the graphics card where there is one, else on the processor.</source>
        <translation>有显卡时在显卡上运行，否则在处理器上运行。</translation>
    </message>
    <message>
        <source>It will run on the graphics card, as was chosen.</source>
        <translation>将按您的选择在显卡上运行。</translation>
    </message>
    <message>
        <source>It will run on the processor, as was chosen.</source>
        <translation>将按您的选择在处理器上运行。</translation>
    </message>
    <message>
        <source>Item {row} of {count}</source>
        <translation>条目 {row} / {count}</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models: what is being done</source>
        <translation>模型：正在进行的操作</translation>
    </message>
    <message>
        <source>Nothing is written.</source>
        <translation>不会写入任何内容。</translation>
    </message>
    <message>
        <source>Runs on {on}, computing in {dtype}.</source>
        <translation>运行于{on}，以 {dtype} 计算。</translation>
    </message>
    <message>
        <source>Teaching failed</source>
        <translation>训练失败</translation>
    </message>
    <message>
        <source>Teaching stopped</source>
        <translation>训练已停止</translation>
    </message>
    <message>
        <source>This project has chosen it; Model, Versions goes to another one.</source>
        <translation>此项目已选用它；可从“模型”菜单的“版本”切换到另一个。</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>mini: a small demonstrator model, trained on drawn shapes. Train it on your corrections.</source>
        <translation>mini：一个小型演示模型，用绘制的形状训练而成。请用您的纠正来训练它。</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>not loaded</source>
        <translation>未加载</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>{name} is written beside everything you do. Click to change.</source>
        <translation>{name} 会写在您所做的一切旁边。点击更改。</translation>
    </message>
</context>
<context>
    <name>Summaries</name>
    <message>
        <source>1 proposal is hidden by the slider</source>
        <translation>滑块隐藏了 1 个候选</translation>
    </message>
    <message>
        <source>N says so too, R draws what was missed</source>
        <translation>按 N 表示同意，按 R 画出遗漏的内容</translation>
    </message>
    <message>
        <source>N says so too, a drag makes what was missed</source>
        <translation>按 N 表示同意，拖动可标出遗漏的内容</translation>
    </message>
    <message>
        <source>{count} proposals are hidden by the slider</source>
        <translation>滑块隐藏了 {count} 个候选</translation>
    </message>
    <message>
        <source>{count} proposals put away undecided  ·  the menu Ask shows them</source>
        <translation>{count} 个候选未作决定已搁置  ·  可从“提问”菜单中显示</translation>
    </message>
    <message>
        <source>{list} and {count} more</source>
        <translation>{list} 及另外 {count} 个</translation>
    </message>
    <message>
        <source>{list} to decide</source>
        <translation>{list} 待决定</translation>
    </message>
    <message>
        <source>“{said}”: 1 proposal</source>
        <translation>“{said}”：1 个候选</translation>
    </message>
    <message>
        <source>“{said}”: all decided</source>
        <translation>“{said}”：全部已决定</translation>
    </message>
    <message>
        <source>“{said}”: not found{score}</source>
        <translation>“{said}”：未找到{score}</translation>
    </message>
    <message>
        <source>“{said}”: the answer could not be understood</source>
        <translation>“{said}”：无法理解回答</translation>
    </message>
    <message>
        <source>“{said}”: {count}</source>
        <translation>“{said}”：{count}</translation>
    </message>
    <message>
        <source>“{said}”: {count} proposals</source>
        <translation>“{said}”：{count} 个候选</translation>
    </message>
</context>
<context>
    <name>TeachingWords</name>
    <message>
        <source> and </source>
        <translation> 和 </translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Learning from {kinds}</source>
        <translation>正在从{kinds}学习</translation>
    </message>
    <message>
        <source>Measuring before and after</source>
        <translation>正在衡量前后差异</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Step {n} of {all}</source>
        <translation>第 {n} 步，共 {all} 步</translation>
    </message>
    <message>
        <source>Taught and measured</source>
        <translation>已训练并衡量</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>大约还需 {time}</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} / {all}</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
</context>
<context>
    <name>ThumbnailList</name>
    <message>
        <source>Items</source>
        <translation>条目</translation>
    </message>
</context>
<context>
    <name>Thumbnails</name>
    <message>
        <source>1 annotation</source>
        <translation>1 个标注</translation>
    </message>
    <message>
        <source>1 proposal</source>
        <translation>1 个候选</translation>
    </message>
    <message>
        <source>The file is missing</source>
        <translation>文件缺失</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>in work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>needs review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>有候选</translation>
    </message>
    <message>
        <source>{n} annotations</source>
        <translation>{n} 个标注</translation>
    </message>
    <message>
        <source>{n} proposals</source>
        <translation>{n} 个候选</translation>
    </message>
</context>
<context>
    <name>TimeDesk</name>
    <message>
        <source>Reading the sound… {part}</source>
        <translation>正在读取声音… {part}</translation>
    </message>
    <message>
        <source>When it is mended, read it again from the menu View</source>
        <translation>修复后，请从“视图”菜单重新读取</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Drag to make a segment.</source>
        <translation>拖动即可创建片段。</translation>
    </message>
    <message>
        <source>No segments yet.</source>
        <translation>还没有片段。</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>{begin} and {end} mark a stretch, {make} makes a segment of it.</source>
        <translation>用 {begin} 和 {end} 标记区间，按 {make} 由其创建片段。</translation>
    </message>
</context>
<context>
    <name>TimelineState</name>
    <message>
        <source>A segment begins before it ends: put the playhead elsewhere first</source>
        <translation>片段的起点必须早于终点：请先移动播放头</translation>
    </message>
    <message>
        <source>Mark the beginning and the end of a stretch first, then make a segment of it</source>
        <translation>请先标记区间的起点和终点，再由其创建片段</translation>
    </message>
    <message>
        <source>Put the playhead inside a segment to split it there</source>
        <translation>请将播放头放到要拆分的片段内</translation>
    </message>
    <message>
        <source>Select one segment to change its beginning or end</source>
        <translation>请选择一个片段以更改其起点或终点</translation>
    </message>
    <message>
        <source>Select two or more segments to merge them</source>
        <translation>请选择两个或更多片段进行合并</translation>
    </message>
    <message>
        <source>There is no further segment</source>
        <translation>没有更多片段了</translation>
    </message>
    <message>
        <source>{count} segments, {chosen} selected</source>
        <translation>{count} 个片段，已选 {chosen} 个</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Ask for something that is not there, such as “yellow heart”, and press N to stand behind it.</source>
        <translation>请询问一个不存在的东西，例如“yellow heart”，然后按 N 确认这一判断。</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>纠正</translation>
    </message>
    <message>
        <source>Ctrl+Shift+E writes COCO, YOLO, VOC and more, and says what a format cannot hold.</source>
        <translation>Ctrl+Shift+E 可写出 COCO、YOLO、VOC 等格式，并说明某种格式无法容纳的内容。</translation>
    </message>
    <message>
        <source>D and A go through the items. There is no Save: every edit is on the disk when it is made.</source>
        <translation>按 D 和 A 浏览条目。无需保存：每次编辑都会立即写入磁盘。</translation>
    </message>
    <message>
        <source>Dashed boxes are proposals with their score. Keys 1-9 choose among alternatives, Ctrl+Enter accepts the chosen one, Ctrl+Shift+Enter all, X rejects.</source>
        <translation>虚线框是候选及其得分。按 1-9 在备选中选择，Ctrl+Enter 接受所选的一个，Ctrl+Shift+Enter 全部接受，X 拒绝。</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Drag an edge or a corner of a box that is yours. What was missed is drawn with R and a drag.</source>
        <translation>拖动您自己的框的边或角。遗漏的内容可按 R 后拖动画出。</translation>
    </message>
    <message>
        <source>Model, “Improve the model” (Ctrl+Shift+M) teaches a new version and shows before and after. Click here to choose a model, or to download a larger one. Help has this tour again.</source>
        <translation>“模型”菜单的“改进模型”(Ctrl+Shift+M) 会训练新版本，并显示前后对比。点击这里选择模型，或下载更大的模型。“帮助”菜单中可再次观看本导览。</translation>
    </message>
    <message>
        <source>On to the next</source>
        <translation>前往下一个</translation>
    </message>
    <message>
        <source>Say what you look for</source>
        <translation>说出要找的内容</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>带走成果</translation>
    </message>
    <message>
        <source>Type “all red circles” here and press Enter. Several expressions are separated by “;”.</source>
        <translation>在这里输入“all red circles”并按 Enter。多个描述用“;”分隔。</translation>
    </message>
    <message>
        <source>Your corrections teach a model</source>
        <translation>用您的纠正训练模型</translation>
    </message>
    <message>
        <source>“Not present” is an answer too</source>
        <translation>“不存在”也是一种回答</translation>
    </message>
</context>
<context>
    <name>TransferDialog</name>
    <message>
        <source>{step}: {done} of {total}</source>
        <translation>{step}：{done}/{total}</translation>
    </message>
</context>
<context>
    <name>VersionsDialog</name>
    <message>
        <source>Asked about</source>
        <translation>提问对象</translation>
    </message>
    <message>
        <source>Chosen by hand, among the versions</source>
        <translation>在版本中手动选择</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Learnt from</source>
        <translation>学习内容</translation>
    </message>
    <message>
        <source>Looking for versions…</source>
        <translation>正在查找版本…</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Measured on {n} questions</source>
        <translation>用 {n} 个问题衡量</translation>
    </message>
    <message>
        <source>Model versions</source>
        <translation>模型版本</translation>
    </message>
    <message>
        <source>Taught from</source>
        <translation>训练自</translation>
    </message>
    <message>
        <source>Use it for &amp;pictures</source>
        <translation>用于图片(&amp;P)</translation>
    </message>
    <message>
        <source>Use it for &amp;sounds</source>
        <translation>用于声音(&amp;S)</translation>
    </message>
    <message>
        <source>Use it for &amp;videos</source>
        <translation>用于视频(&amp;V)</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>media</source>
        <translation>媒体</translation>
    </message>
    <message>
        <source>method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>{asked}: {points} points against {model}, 80 % between {low} and {high}</source>
        <translation>{asked}：相对 {model} 为 {points} 个百分点，80% 在 {low} 与 {high} 之间</translation>
    </message>
    <message>
        <source>{n} media</source>
        <translation>{n} 个媒体</translation>
    </message>
</context>
<context>
    <name>VideoControls</name>
    <message>
        <source>  ·  frame {number}</source>
        <translation>  ·  第 {number} 帧</translation>
    </message>
    <message>
        <source>Its sound cannot be read: it plays without</source>
        <translation>无法读取其声音：将无声播放</translation>
    </message>
    <message>
        <source>Marked part</source>
        <translation>标记的部分</translation>
    </message>
    <message>
        <source>Mute (M)</source>
        <translation>静音 (M)</translation>
    </message>
    <message>
        <source>No sound card was found: it plays without its sound</source>
        <translation>未找到声卡：将无声播放</translation>
    </message>
    <message>
        <source>Reading the video… {part}</source>
        <translation>正在读取视频… {part}</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>This frame</source>
        <translation>当前帧</translation>
    </message>
    <message>
        <source>This video has no sound</source>
        <translation>此视频没有声音</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>What is asked about</source>
        <translation>提问的对象</translation>
    </message>
    <message>
        <source>Whole sound</source>
        <translation>整段声音</translation>
    </message>
    <message>
        <source>Whole video</source>
        <translation>整个视频</translation>
    </message>
</context>
<context>
    <name>VideoDesk</name>
    <message>
        <source>A sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Ask above when something is to be heard.</source>
        <translation>要查找听到的内容，请在上方提问。</translation>
    </message>
    <message>
        <source>Reading the video… {part}</source>
        <translation>正在读取视频… {part}</translation>
    </message>
    <message>
        <source>Select a track that has another key box besides the one here</source>
        <translation>请选择在此处之外还有关键框的轨迹</translation>
    </message>
    <message>
        <source>Select one box, go to another frame and press {key}: it becomes a track</source>
        <translation>选择一个框，转到另一帧并按 {key}：它就成为轨迹</translation>
    </message>
    <message>
        <source>There is a key box on this frame; go to another one and press {key} there</source>
        <translation>此帧已有关键框；请转到另一帧再按 {key}</translation>
    </message>
</context>
<context>
    <name>WordsDialog</name>
    <message>
        <source>&amp;Expression</source>
        <translation>描述(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Label</source>
        <translation>标签(&amp;L)</translation>
    </message>
    <message>
        <source>As they are</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>描述</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Several expressions are separated by ;</source>
        <translation>多个描述用 ; 分隔</translation>
    </message>
    <message>
        <source>What is it, in your words?</source>
        <translation>用您自己的话说，这是什么？</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>That window was brought to the front.</source>
        <translation>已将那个窗口移到最前面。</translation>
    </message>
    <message>
        <source>{name} is open in another window</source>
        <translation>{name} 已在另一个窗口中打开</translation>
    </message>
</context>
<context>
    <name>_CasePicture</name>
    <message>
        <source>It cannot be shown</source>
        <translation>无法显示</translation>
    </message>
</context>
</TS>

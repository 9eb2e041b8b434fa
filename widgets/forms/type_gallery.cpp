// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/type_gallery.h"

#include "widgets/forms/flow_layout.h"
#include "widgets/forms/view_parts.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kGap = 8;

} // namespace

TypeGallery::TypeGallery(const Registry& registry, QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(16);
    layout->addWidget(createSample());
    std::vector<std::string> groups;
    for (const SourceType& source : registry.sources()) {
        if (std::ranges::find(groups, source.group) == groups.end())
            groups.push_back(source.group);
    }
    for (const std::string& group : groups)
        layout->addWidget(createGroup(registry, group));
}

QWidget* TypeGallery::createSample()
{
    auto* box = new QFrame(this);
    box->setProperty("tip", true);
    auto* sentence = createSentence(
        tr("New here? The sample makes device events that come in bursts, with nothing to install: press “Run here” "
           "and turn the gates while the charts show what they do."),
        "", box);
    QPushButton* open = createButton(tr("Open the sample"), "", box);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(12, 10, 12, 10);
    row->setSpacing(12);
    row->addWidget(sentence, 1);
    row->addWidget(open);
    connect(open, &QPushButton::clicked, this, &TypeGallery::sampleRequested);
    return box;
}

QWidget* TypeGallery::createGroup(const Registry& registry, const std::string& group)
{
    auto* part = new QWidget(this);
    auto* types = new QWidget(part);
    auto* flow = new FlowLayout(types, kGap);
    for (const SourceType& source : registry.sources()) {
        if (source.group != group)
            continue;
        QPushButton* button = createButton(QString::fromStdString(source.label), "", types);
        button->setToolTip(QString::fromStdString(source.help));
        flow->addWidget(button);
        connect(button, &QPushButton::clicked, this,
                [this, type = QString::fromStdString(source.type)] { Q_EMIT chosen(type); });
    }
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins({});
    layout->setSpacing(kGap);
    layout->addWidget(createLabel(QString::fromStdString(group), "muted", part));
    layout->addWidget(types);
    return part;
}

} // namespace headrace

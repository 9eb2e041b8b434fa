// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/stream_view.h"

#include "connectors/pipeline/checkpoint.h"
#include "widgets/forms/table_parts.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kLagColumn = 4; ///< as createPartitionFactsModel() has it

Result<StreamFacts> lookAt(const Registry& registry, const Pipeline& pipeline, const std::string& stateFolder,
                           const std::stop_token& stop)
{
    HEADRACE_TRY(const SourceType* type, registry.source(pipeline.source.type));
    HEADRACE_TRY(const Options checked, checkedOptions(*type, pipeline.source.options, type->type + " source"));
    std::optional<Position> delivered;
    if (!stateFolder.empty() && !pipeline.name.empty()) {
        const auto kept = peekCheckpoint(stateFolder, pipeline.name, pipeline.sourceFingerprint());
        if (kept && *kept)
            delivered = (*kept)->committed.end;
    }
    return connectionType(type->type)->partitions(checked, delivered, stop);
}

QString sentenceOf(const StreamFacts& facts)
{
    std::int64_t records = 0;
    std::optional<std::int64_t> bytes = 0;
    std::optional<std::int64_t> lag;
    double rate = 0;
    for (const PartitionFacts& partition : facts.partitions) {
        records += partition.records;
        bytes = bytes && partition.bytes ? std::optional(*bytes + *partition.bytes) : std::nullopt;
        rate += partition.recordsPerSecond.value_or(0);
        if (partition.lag)
            lag = lag.value_or(0) + *partition.lag;
    }
    const auto count = static_cast<std::int64_t>(facts.partitions.size());
    QStringList parts{count == 1 ? StreamView::tr("1 partition")
                                 : StreamView::tr("%1 partitions").arg(countText(count)),
                      StreamView::tr("about %1 records").arg(countText(records))};
    if (bytes)
        parts << StreamView::tr("about %1").arg(bytesText(static_cast<double>(*bytes)));
    parts << StreamView::tr("%1 records/s in the last minute").arg(compactText(rate));
    if (lag)
        parts << StreamView::tr("%1 is %2 records behind").arg(QString::fromStdString(facts.lagOf), countText(*lag));
    const QString all = parts.join(QStringLiteral(" · "));
    return facts.retention.empty() ? all : StreamView::tr("%1. %2").arg(all, QString::fromStdString(facts.retention));
}

} // namespace

StreamView::StreamView(const Registry& registry, QString stateFolder, QWidget* parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_stateFolder(std::move(stateFolder))
    , m_sentence(createSentence({}, "muted", this))
    , m_table(new QTableView(this))
    , m_model(createPartitionFactsModel(this))
{
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setUpTable(m_table);
    showSorted(m_table, m_model, PartitionFactsModel::kKeyRole);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setAccessibleName(tr("Partitions of the stream"));
    m_table->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_sentence);
    layout->addWidget(m_table, 1);
    layout->addStretch();
}

bool StreamView::knows(const std::string& type)
{
    const ConnectionType* connection = connectionType(type);
    return connection && connection->partitions;
}

void StreamView::setPipeline(const Pipeline& pipeline)
{
    m_pipeline = pipeline;
    if (isVisible())
        load();
}

void StreamView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    load();
}

void StreamView::reload()
{
    m_shown.reset();
    if (isVisible())
        load();
}

void StreamView::load()
{
    if (!m_pipeline || !knows(m_pipeline->source.type))
        return;
    std::pair wanted{m_pipeline->name, m_pipeline->source};
    if (m_shown == wanted)
        return;
    m_shown = std::move(wanted);
    setRole(m_sentence, "muted");
    m_sentence->setText(tr("Looking at the partitions…"));
    m_task.start([this, pipeline = *m_pipeline, folder = m_stateFolder.toStdString()](
                     const std::stop_token& stop) { return lookAt(m_registry, pipeline, folder, stop); },
                 [this](const Result<StreamFacts>& found) { showFacts(found); });
}

void StreamView::showFacts(const Result<StreamFacts>& found)
{
    m_table->setVisible(found.has_value());
    if (!found) {
        m_model->setRows({});
        m_sentence->setText(QString::fromStdString(found.error().message));
        m_sentence->setToolTip(QString::fromStdString(found.error().detail));
        setRole(m_sentence, "error");
        return;
    }
    m_sentence->setText(sentenceOf(*found));
    m_sentence->setToolTip({});
    m_model->setRows(found->partitions);
    m_table->setColumnHidden(kLagColumn, std::ranges::none_of(found->partitions, [](const auto& partition) {
                                 return partition.lag.has_value();
                             }));
    fitColumns(m_table);
}

QString StreamView::sentence() const
{
    return m_sentence->text();
}

} // namespace headrace

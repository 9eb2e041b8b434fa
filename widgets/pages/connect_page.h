// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "widgets/bridge/async_task.h"
#include "widgets/bridge/connection_answer.h"
#include "widgets/bridge/services.h"
#include "widgets/models/readable_tree.h"

#include <QWidget>

class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace headrace {

class ConnectionBar;
class DropZone;
class OptionForm;
class PipelineDocument;
class ReadableBrowser;
class TypeGallery;

/// One end of the pipeline: which connector, its options, whether it can be reached and what is there. The page is the
/// same for sources and destinations and for every connector: all of it follows from the registry's data.
class ConnectPage : public QWidget {
    Q_OBJECT

public:
    enum class Role { Source, Destination };

    ConnectPage(Role role, PipelineDocument& document, Services services = {}, QWidget* parent = nullptr);

    /// Puts the cursor into the option `key`.
    void focusOption(const QString& key);
    [[nodiscard]] OptionForm* form() const { return m_form; }
    /// Asks whether the connection works; the answer appears on the page.
    void test();
    [[nodiscard]] QString testAnswer() const;
    /// Null on the destination's page.
    [[nodiscard]] ReadableBrowser* browser() const { return m_browser; }
    /// Reads or writes where the saved connection of that name leads from now on; "" for none.
    void useConnection(const QString& name);

Q_SIGNALS:
    void filesDropped(const QStringList& paths);
    void sampleRequested();
    /// What is set up here is to be saved as a connection; useConnection() follows when it was.
    void connectionSaveRequested(const headrace::SavedConnection& draft);
    void connectionEditRequested(const QString& name);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createParts();
    QWidget* createSettings();
    QWidget* createFindings();
    QWidget* createPipelineSettings();
    void connectParts();
    void fillTypes();

    [[nodiscard]] const ConnectorSpec& spec() const;
    [[nodiscard]] const ConnectorType* type() const;
    void chooseType(const QString& name);
    void showDocument();
    void showPromise();
    void buildForm(const ConnectorType* type);
    void showConnection(const ConnectorType* type);
    void acceptForm(const QString& key);
    void keepSecret(const QString& key, const QString& secret);
    void acceptReadable(const ReadableList::Item& item, const QString& cursor = {});
    void replaceSpec(const QString& what, ConnectorSpec spec, const QString& mergeKey = {});
    void showAnswer(const Result<ConnectionAnswer>& answer);
    void showAnswerOnce();

    Role m_role;
    PipelineDocument& m_document;
    Services m_services;
    QComboBox* m_types = nullptr;
    QLabel* m_help = nullptr;
    QLabel* m_guarantee = nullptr;
    ConnectionBar* m_connection = nullptr;
    QVBoxLayout* m_formLayout = nullptr;
    TypeGallery* m_gallery = nullptr; ///< on the source's page
    OptionForm* m_form = nullptr;
    std::string m_formType;
    QPushButton* m_test = nullptr;
    QLabel* m_answer = nullptr;
    QFrame* m_findings = nullptr;
    QLabel* m_promise = nullptr;
    DropZone* m_drop = nullptr;
    ReadableBrowser* m_browser = nullptr;
    AsyncTask<Result<ConnectionAnswer>> m_probe;
};

} // namespace headrace

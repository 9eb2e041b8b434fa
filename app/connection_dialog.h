// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "widgets/bridge/async_task.h"
#include "widgets/bridge/services.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace headrace {

class ConnectionBook;
class OptionForm;

/// Makes a saved connection, or changes, tests or deletes one.
class ConnectionDialog : public QDialog {
    Q_OBJECT

public:
    /// `edited` is the name of the connection that is changed; empty: `draft` becomes a new one.
    ConnectionDialog(ConnectionBook& book, SecretKeeper keepSecret, const SavedConnection& draft, std::string edited,
                     QWidget* parent = nullptr);

    [[nodiscard]] QLineEdit& name() { return *m_name; }
    [[nodiscard]] OptionForm& form() { return *m_form; }
    [[nodiscard]] QString answer() const;
    void test();
    /// Keeps it and closes, or says why not.
    void save();

Q_SIGNALS:
    void saved(const QString& name);
    void deleteRequested(const QString& name);

private:
    void createParts(const SavedConnection& draft);
    QWidget* createHead(const std::string& type);
    QWidget* createButtons();
    void fillTypes(const std::string& type);
    void buildForm();
    void keepSecret(const QString& key, const QString& secret);
    [[nodiscard]] SavedConnection connection() const;
    void showAnswer(const QString& sentence, const char* role, const QString& detail = {});

    ConnectionBook& m_book;
    SecretKeeper m_keepSecret;
    std::string m_edited;
    QLineEdit* m_name = nullptr;
    QComboBox* m_types = nullptr;
    QVBoxLayout* m_formLayout = nullptr;
    OptionForm* m_form = nullptr;
    QLabel* m_answer = nullptr;
    AsyncTask<Result<std::string>> m_probe;
};

} // namespace headrace

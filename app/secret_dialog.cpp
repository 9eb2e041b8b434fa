// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/secret_dialog.h"

#include "app/secret_store.h"
#include "widgets/forms/view_parts.h"

#include <QCoreApplication>
#include <QDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>

namespace headrace {
namespace {

QString text(const char* source)
{
    return QCoreApplication::translate("SecretDialog", source);
}

} // namespace

void showSecretDialog(QWidget* window)
{
    auto* dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(text("Keep a secret"));
    dialog->setMinimumWidth(460);
    auto* name = new QLineEdit(dialog);
    name->setPlaceholderText(QStringLiteral("shop/password"));
    auto* secret = new QLineEdit(dialog);
    secret->setEchoMode(QLineEdit::Password);
    QLabel* note = createSentence(text("The secret goes to the desktop's keyring. Pipelines only hold its name."),
                                  "muted", dialog);
    QPushButton* keep = createButton(text("Keep"), "primary", dialog);
    auto* form = new QFormLayout(dialog);
    form->setContentsMargins(16, 16, 16, 16);
    form->addRow(text("Name"), name);
    form->addRow(text("Secret"), secret);
    form->addRow(note);
    form->addRow(keep);
    QObject::connect(keep, &QPushButton::clicked, dialog, [name, secret, note = QPointer(note)] {
        if (name->text().isEmpty() || secret->text().isEmpty())
            return;
        secret_store::save(name->text(), secret->text(),
                           [note, name = name->text()](const Result<secret_store::Kept>& kept) {
                               if (!note)
                                   return;
                               note->setText(kept ? secret_store::keptText(*kept, name)
                                                  : QString::fromStdString(kept.error().message));
                               setRole(note, kept ? "good" : "error");
                           });
        secret->clear();
    });
    dialog->show();
}

} // namespace headrace

// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/secret_store.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>

#include <qt6keychain/keychain.h>

#include <future>
#include <memory>

namespace headrace::secret_store {
namespace {

const QString kService = QStringLiteral("headrace");
constexpr std::chrono::seconds kPatience{60}; // the user may have to unlock the keyring first

Error keyringError(const QString& name, const QKeychain::Job& job)
{
    if (job.error() == QKeychain::EntryNotFound)
        return {ErrorCode::NotFound,
                QCoreApplication::translate("SecretStore",
                                            "The keyring holds no secret named '%1'. Add it with Edit → Keep a secret.")
                    .arg(name)
                    .toStdString(),
                {},
                std::nullopt};
    return {ErrorCode::Failed,
            QCoreApplication::translate(
                "SecretStore", "The desktop's keyring did not give or take the secret '%1'. Use an environment "
                               "variable, ${env:NAME}, instead.")
                .arg(name)
                .toStdString(),
            job.errorString().toStdString(), std::nullopt};
}

template <typename Job>
Job* createJob(const QString& name)
{
    auto* job = new Job(kService);
    job->setKey(name);
    job->setInsecureFallback(false);
    return job;
}

void readOnUiThread(const QString& name, const std::function<void(Result<std::string>)>& done)
{
    auto* job = createJob<QKeychain::ReadPasswordJob>(name);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, name, done] {
        if (job->error() == QKeychain::NoError)
            done(job->textData().toStdString());
        else
            done(fail(keyringError(name, *job)));
    });
    job->start();
}

Result<std::string> readHere(const QString& name)
{
    QEventLoop loop;
    Result<std::string> answer;
    readOnUiThread(name, [&](Result<std::string> result) {
        answer = std::move(result);
        loop.quit();
    });
    loop.exec(QEventLoop::ExcludeUserInputEvents);
    return answer;
}

Result<std::string> readFromWorker(const QString& name)
{
    auto promise = std::make_shared<std::promise<Result<std::string>>>();
    auto answer = promise->get_future();
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [name, promise] {
            readOnUiThread(name, [promise](Result<std::string> result) { promise->set_value(std::move(result)); });
        },
        Qt::QueuedConnection);
    if (answer.wait_for(kPatience) != std::future_status::ready)
        return fail(
            ErrorCode::Unavailable,
            QCoreApplication::translate(
                "SecretStore", "The desktop's keyring did not answer for the secret '%1'. Unlock it and try again.")
                .arg(name)
                .toStdString());
    return answer.get();
}

} // namespace

SecretLookup lookup()
{
    return [](const std::string& name) -> Result<std::string> {
        const QString key = QString::fromStdString(name);
        if (QThread::currentThread() == QCoreApplication::instance()->thread())
            return readHere(key);
        return readFromWorker(key);
    };
}

void save(const QString& name, const QString& secret, const Done& done)
{
    auto* job = createJob<QKeychain::WritePasswordJob>(name);
    job->setTextData(secret);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, name, done] {
        done(job->error() == QKeychain::NoError ? Status() : Status(fail(keyringError(name, *job))));
    });
    job->start();
}

} // namespace headrace::secret_store

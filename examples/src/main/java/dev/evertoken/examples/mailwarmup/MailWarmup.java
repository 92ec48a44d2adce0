package dev.evertoken.examples.mailwarmup;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.examples.setup.Database;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The pool. Without any of its variables it plays its story against mocks of Google and its mail servers, in a
 * PostgreSQL of its own; with them its workers run on a schedule until the process ends. Thread-safe.
 */
public final class MailWarmup implements AutoCloseable {

    private final MailSettings settings;
    private final EmailAccounts accounts;
    private final Tokens tokens;
    private final Workers workers;
    private final Consumer<String> log;

    /**
     * Opens the pool over a database with the table {@code email_accounts}.
     *
     * @param more settings of a test, such as the clock or the provider's endpoints
     * @throws TokenException if the database cannot be used
     */
    MailWarmup(MailSettings settings, DataSource database, Consumer<String> log, UnaryOperator<TokensBuilder> more) {
        this.settings = settings;
        this.log = log;
        this.accounts = new EmailAccounts(database);
        this.tokens = more.apply(Tokens.builder()
                        .namespace(EmailAccounts.NAMESPACE)
                        .environment(EmailAccounts.ENVIRONMENT)
                        .store(accounts.tokens())
                        .encryption(settings.keys())
                        .client("google", settings.google())
                        .allowHosts("google", settings.gmail().getHost())
                        .reconnectUrl(key -> settings.home().resolve("/connect/" + key.account()))
                        .listener(new PoolLog(log)))
                .build();
        this.workers = new Workers(
                accounts,
                new GmailApi(settings.gmail(), tokens),
                new MailProtocols(settings.smtp(), settings.imap(), tokens),
                log);
    }

    public static void main(String[] args) throws IOException {
        Optional<MailSettings> settings;
        try {
            settings = MailSettings.from(System.getenv());
            if (settings.isPresent()) {
                run(settings.get());
            }
        } catch (IllegalStateException | TokenException e) {
            System.err.println("MailWarmup cannot start: " + e.getMessage());
            System.exit(1);
            return;
        }
        if (settings.isEmpty()) {
            MailStory.main(args);
        }
    }

    /** Runs until the process ends. */
    private static void run(MailSettings settings) throws IOException {
        HikariDataSource database = Database.open(MailSettings.DATABASE, settings.database());
        MailWarmup pool = new MailWarmup(settings, database, System.out::println, builder -> builder);
        PoolRoutes routes = PoolRoutes.open(settings.port(), pool);
        System.out.println("MailWarmup runs; its report is at " + routes.address() + "/report");
        ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
        var unused = schedule.scheduleWithFixedDelay(
                pool::scheduledRound, 0, settings.every().toSeconds(), TimeUnit.SECONDS);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            schedule.shutdownNow();
                            routes.close();
                            pool.close();
                            database.close();
                        },
                        "mailwarmup-stop"));
    }

    private void scheduledRound() {
        try {
            log.accept("round: " + round());
        } catch (RuntimeException e) {
            log.accept("round failed, the next one tries again: " + e.getMessage());
        }
    }

    /** Does the tasks of all accounts once. */
    Workers.Round round() {
        return workers.round();
    }

    /** Returns the diagnosis of the pool. */
    List<String> report() {
        return PoolReport.of(tokens, accounts.all(), settings.home().resolve("/connect/"))
                .lines();
    }

    /** Returns the accounts whose newest tokens are not in the database yet. */
    long unsaved() {
        return tokens.health().unsavedAccounts();
    }

    // ---- consents

    /** Returns the page at which a person connects an address; adds it to the pool if it is new. */
    URI connect(String email) {
        return consentPage(accounts.withAddress(email));
    }

    /**
     * Returns the page at which a person connects an account of the pool again.
     *
     * @throws IllegalArgumentException if the pool has no such account
     */
    URI connectAgain(String id) {
        return consentPage(accounts.all().stream()
                .filter(account -> Long.toString(account.id()).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the pool has no account " + id)));
    }

    private URI consentPage(MailAccount account) {
        try {
            return tokens.authorize(
                            account.key(),
                            settings.home().resolve("/connected"),
                            AuthorizationOptions.defaults().forceConsent())
                    .url();
        } catch (TokenException e) {
            throw new IllegalStateException(e.problem().advice(), e);
        }
    }

    /**
     * Completes a consent; returns a message.
     *
     * @throws IllegalArgumentException if it was not given, or the address is not that of a consent
     */
    String connected(URI redirect) {
        try {
            AccountStatus status = tokens.completeAuthorization(redirect);
            return "account " + status.key().account() + " is connected";
        } catch (TokenException e) {
            throw new IllegalArgumentException(e.problem().advice(), e);
        }
    }

    /** Stops; unsaved tokens are saved or stay in the journal. The caller closes the database. */
    @Override
    public void close() {
        tokens.close();
    }
}

package dev.evertoken.examples.mailwarmup;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.TemporaryFolder;
import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.MailServer;
import dev.evertoken.examples.setup.Patience;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.FastForwardClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The story of the pool against mocks of Google and its mail servers: the diagnosis, the workers, a commit that fails
 * and a reconnect. The clock is moved by hand. Not thread-safe.
 */
final class MailStory {

    private static final int ACCOUNTS = 16;

    /** The accounts whose grant has ended at Google. */
    private static final List<Integer> REVOKED = List.of(2, 5, 7, 11, 14);

    private static final int WITHOUT_REFRESH_TOKEN = 9;
    private static final int NEVER_CONNECTED = 16;
    private static final List<Integer> DEAD = List.of(2, 5, 7, 9, 11, 14, 16);

    /** The rows into which the old program wrote no client id and secret. */
    private static final List<Integer> WITHOUT_CLIENT = List.of(3, 4, 8, 12);

    private static final int ROUNDS = 5;

    private final PrintStream out;
    private final FastForwardClock clock;
    private final MockProvider google;
    private final MailRows rows;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private int hours = 2;

    private MailStory(PrintStream out, FastForwardClock clock, MockProvider google, MailRows rows) {
        this.out = out;
        this.clock = clock;
        this.google = google;
        this.rows = rows;
    }

    public static void main(String[] args) throws IOException {
        try (LocalPostgres postgres = LocalPostgres.start();
                HikariDataSource database = postgres.empty()) {
            tell(database, System.out);
        }
    }

    /** Plays the story in an empty database. */
    static void tell(HikariDataSource database, PrintStream out) throws IOException {
        LocalPostgres.execute(database, EmailAccounts.SCHEMA);
        MailRows rows = new MailRows(database);
        try (FastForwardClock clock = new FastForwardClock();
                MockProviders providers = MockProviders.start(clock);
                MailServer smtp = MailServer.smtp(providers.google().ledger()::isAccepted);
                MailServer imap = MailServer.imap(providers.google().ledger()::isAccepted);
                TemporaryFolder journal = TemporaryFolder.create()) {
            MockProvider google = providers.google();
            insertPool(google, rows);
            clock.setOffset(Duration.ofHours(2));
            MailStory story = new MailStory(out, clock, google, rows);
            MailSettings settings = settings(google, smtp, imap);
            try (MailWarmup pool = new MailWarmup(
                    settings,
                    database,
                    story.log::add,
                    builder -> builder.timekeeper(clock)
                            .journal(journal.path())
                            .endpoints("google", google.endpoints()))) {
                story.tell(pool, smtp);
            }
        }
    }

    static MailSettings settings(MockProvider google, MailServer smtp, MailServer imap) {
        return new MailSettings(
                google.registration(),
                KeyRing.none(),
                Secret.of("not used"),
                Duration.ofHours(1),
                URI.create("https://pool.example"),
                0,
                google.apiUrl(),
                URI.create("smtp://127.0.0.1:" + smtp.port()),
                URI.create("imap://127.0.0.1:" + imap.port()));
    }

    /** Inserts the rows that the old program has left. */
    private static void insertPool(MockProvider google, MailRows rows) {
        Map<String, String> client = Map.of(
                "client_id",
                google.registration().clientId(),
                "client_secret",
                google.registration().clientSecret().map(Secret::reveal).orElseThrow());
        for (int id = 1; id <= ACCOUNTS; id++) {
            if (id == NEVER_CONNECTED) {
                rows.insert(email(id));
            } else {
                TokenSet consent = google.consent(email(id));
                rows.insert(
                        email(id),
                        id == WITHOUT_REFRESH_TOKEN ? withoutRefreshToken(consent) : consent,
                        WITHOUT_CLIENT.contains(id) ? Map.of() : client);
            }
        }
        REVOKED.forEach(id -> google.revoke(email(id)));
    }

    private static TokenSet withoutRefreshToken(TokenSet consent) {
        return TokenSet.builder(consent.accessToken().map(Secret::reveal).orElseThrow())
                .expiresAt(consent.expiresAt())
                .build();
    }

    static String email(int id) {
        return String.format("mail%02d@pool.example", id);
    }

    private void tell(MailWarmup pool, MailServer smtp) {
        out.println("MailWarmup: 16 Gmail accounts in email_accounts, two hours after the last save of the old"
                + " program");
        diagnosis(pool);
        rounds(pool, smtp);
        failedCommit(pool);
        reconnect(pool);
    }

    // ---- the chapters

    private void diagnosis(MailWarmup pool) {
        chapter("1  The diagnosis");
        pool.report().forEach(line -> out.println(("   " + line).stripTrailing()));
        out.println();
        line(
                "client id and secret",
                "missing in " + WITHOUT_CLIENT.size() + " rows; GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are used");
    }

    private void rounds(MailWarmup pool, MailServer smtp) {
        chapter("2  The workers: Gmail API, SMTP and IMAP, " + ROUNDS + " rounds, an hour apart");
        int ofTheDead = requestsOfTheDead();
        int ofAll = google.ledger().tokenRequests();
        for (int round = 1; round <= ROUNDS; round++) {
            anHourLater();
            line("round " + round, pool.round().toString());
        }
        line("token requests", google.ledger().tokenRequests() - ofAll + " for the 9");
        line("calls for the 7", requestsOfTheDead() - ofTheDead + " of Google's token endpoint and API");
        line("sent by SMTP", smtp.messages() + " messages");
        Patience.until("the ended grants are logged", () -> logged("needs consent") >= REVOKED.size());
        line("log about the 7", logged("needs consent") + " lines, one for each grant that has ended");
    }

    private void failedCommit(MailWarmup pool) {
        chapter("3  The database refuses each commit");
        rows.failCommits();
        anHourLater();
        line("the next round", pool.round().toString());
        Patience.until("the failed commits are reported", () -> logged("is not saved yet") == 9);
        line("reported as unsaved", pool.unsaved() + " accounts");
        line("in the rows", accepted() + " tokens that Google accepts");
        rows.acceptCommits();
        Patience.until("the tokens are saved", () -> pool.unsaved() == 0 && accepted() == 9);
        line(
                "the database works",
                accepted() + " rows with a token that Google accepts, " + pool.unsaved() + " unsaved");
    }

    private void reconnect(MailWarmup pool) {
        chapter("4  A person connects " + email(5) + " again");
        Map<Long, Optional<String>> before = rows.contents();
        URI page = pool.connect(email(5));
        line("consent", pool.connected(google.approve(page, email(5))));
        Map<Long, Optional<String>> after = rows.contents();
        long changed = after.entrySet().stream()
                .filter(row -> !row.getValue().equals(before.get(row.getKey())))
                .count();
        line("rows", after.size() + ", changed: " + changed);
        anHourLater();
        line("the next round", pool.round().toString());
    }

    private void anHourLater() {
        hours++;
        clock.setOffset(Duration.ofHours(hours).plusMinutes(hours));
    }

    private int requestsOfTheDead() {
        return DEAD.stream()
                .mapToInt(id -> google.ledger().tokenRequests(email(id))
                        + google.ledger().apiRequests(email(id)))
                .sum();
    }

    /** Returns the number of rows whose access token is accepted now. */
    private long accepted() {
        return rows.accessTokens().values().stream()
                .filter(google.ledger()::isAccepted)
                .count();
    }

    private long logged(String text) {
        return log.stream().filter(line -> line.contains(text)).count();
    }

    // ---- the output

    private void chapter(String title) {
        out.println();
        out.println(title);
    }

    private void line(String what, String result) {
        out.println(String.format("   %-22s%s", what, result));
    }
}

package dev.evertoken.examples.stravasync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.Patience;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;

/**
 * The story of the dashboard against a mock of Strava: its scenarios, its errors, consents, the background and the
 * metrics. The clock is moved by hand. Not thread-safe.
 */
final class SyncStory {

    private static final String TWO_ACTIVITIES = "[{\"name\":\"Morning Run\"},{\"name\":\"Evening Ride\"}]";
    private static final int DEAD_TOKEN_SYNCS = 10;

    private static final long VALID = 1;
    private static final long EXPIRING = 2;
    private static final long EXPIRED = 3;
    private static final long DEAD = 4;
    private static final long NEW = 5;

    private final PrintStream out;
    private final ManualClock clock;
    private final MockProvider strava;
    private final StravaRows rows;
    private final Browser browser;

    private SyncStory(PrintStream out, ManualClock clock, MockProvider strava, StravaRows rows, Browser browser) {
        this.out = out;
        this.clock = clock;
        this.strava = strava;
        this.rows = rows;
        this.browser = browser;
    }

    public static void main(String[] args) throws IOException {
        try (LocalPostgres postgres = LocalPostgres.start();
                HikariDataSource database = postgres.empty()) {
            tell(database, System.out);
        }
    }

    /** Plays the story in an empty database: a process that refreshes on access, and one that is proactive. */
    static void tell(HikariDataSource database, PrintStream out) throws IOException {
        LocalPostgres.execute(database, UserSettings.SCHEMA);
        try (ManualClock clock = ManualClock.start();
                MockProviders providers = MockProviders.start(clock)) {
            MockProvider strava = providers.strava();
            StravaRows rows = new StravaRows(database);
            insertUsers(clock, strava, rows);
            try (StravaSync dashboard = open(database, clock, strava, false)) {
                new SyncStory(out, clock, strava, rows, new Browser(dashboard.address())).onAccess();
            }
            try (StravaSync dashboard = open(database, clock, strava, true)) {
                new SyncStory(out, clock, strava, rows, new Browser(dashboard.address())).inTheBackground();
            }
        }
    }

    static StravaSync open(HikariDataSource database, ManualClock clock, MockProvider strava, boolean proactive)
            throws IOException {
        SyncSettings settings = new SyncSettings(
                strava.registration(),
                KeyRing.none(),
                Secret.of("not used"),
                Duration.ofMinutes(30),
                proactive,
                URI.create("https://dashboard.example"),
                0,
                strava.apiUrl(),
                "support@dashboard.example");
        return StravaSync.open(
                settings,
                database,
                builder -> builder.timekeeper(clock).withoutJournal().endpoints("strava", strava.endpoints()));
    }

    /** Inserts the rows that the dashboard had before, with tokens of different ages. */
    private static void insertUsers(ManualClock clock, MockProvider strava, StravaRows rows) {
        rows.insert(EXPIRED, strava.consent("3"));
        rows.insert(DEAD, strava.consent("4"));
        strava.revoke("4");
        clock.advance(Duration.ofMinutes(30));
        rows.insert(EXPIRING, strava.consent("2"));
        clock.advance(Duration.ofMinutes(280));
        rows.insert(VALID, strava.consent("1"));
        clock.advance(Duration.ofMinutes(60));
        rows.insert(NEW);
    }

    private void onAccess() {
        out.println("StravaSync with TOKEN_REFRESH_THRESHOLD_MINUTES=30");
        scenarios();
        errors();
        consents();
        metrics();
    }

    // ---- the chapters

    private void scenarios() {
        chapter("1  A user syncs");
        synced("valid token", VALID);
        synced("20 minutes left", EXPIRING);
        synced("expired", EXPIRED);
        int before = strava.ledger().tokenRequests();
        String first = browser.sync(DEAD);
        line("dead refresh token", first);
        line("", requestsSince(before));
        before = strava.ledger().tokenRequests();
        for (int again = 0; again < DEAD_TOKEN_SYNCS; again++) {
            expect(first, browser.sync(DEAD));
        }
        line("again, " + DEAD_TOKEN_SYNCS + " times", "the same, " + requestsSince(before));
        line("its row", rows.hasTokens(DEAD) ? "keeps its tokens" : "was emptied");
    }

    private void synced(String scenario, long user) {
        strava.onApi(MockResponse.json(200, TWO_ACTIVITIES));
        int before = strava.ledger().tokenRequests();
        String answer = browser.sync(user);
        line(scenario, answer);
        line("", requestsSince(before));
    }

    private void errors() {
        chapter("2  Something fails");
        strava.onApi(MockResponse.disconnectMidBody());
        line("network", browser.sync(VALID));
        strava.onApi(MockResponse.json(429, "{\"message\":\"Rate Limit Exceeded\"}"));
        line("rate limit", browser.sync(VALID));
        strava.onApi(MockResponse.status(404));
        line("unknown", browser.sync(VALID));
        line("malformed body", browser.post("user 1"));
        line("missing field", browser.post("{}"));
        line("unknown user", browser.post("{\"user_id\":99}"));
    }

    private void consents() {
        chapter("3  A user connects");
        line("denied", browser.callback(strava.deny(browser.follow("/auth/strava/reconnect", DEAD)), DEAD));
        connected("reconnect", "/auth/strava/reconnect", DEAD);
        line("new user", browser.sync(NEW));
        connected("connect", "/auth/strava", NEW);
    }

    private void connected(String what, String route, long user) {
        URI redirect = strava.approve(browser.follow(route, user), Long.toString(user));
        line(what, browser.callback(redirect, user));
        strava.onApi(MockResponse.json(200, TWO_ACTIVITIES));
        line("sync", browser.sync(user));
    }

    private void metrics() {
        chapter("4  The metrics");
        browser.metrics()
                .lines()
                .filter(line -> line.startsWith("stravasync_") || line.startsWith("evertoken_refresh_seconds_count"))
                .sorted()
                .forEach(out::println);
    }

    private void inTheBackground() {
        chapter("5  A new process with ENABLE_PROACTIVE_REFRESH=true; nobody syncs for 5 hours and 40 minutes");
        int before = strava.ledger().tokenRequests();
        clock.jumpWall(Duration.ofMinutes(340));
        clock.advance(Duration.ofSeconds(30));
        Patience.until(
                "the tokens of all users are refreshed",
                () -> rows.expiringBefore(clock.now().plus(Duration.ofHours(5))) == 0);
        line("in the background", requestsSince(before) + " for " + rows.count() + " users");
        synced("the next sync", EXPIRING);
    }

    // ---- the output

    private void chapter(String title) {
        out.println();
        out.println(title);
    }

    private void line(String what, String result) {
        out.println(String.format("   %-20s%s", what, result).stripTrailing());
    }

    private String requestsSince(int before) {
        int requests = strava.ledger().tokenRequests() - before;
        return requests + (requests == 1 ? " token request" : " token requests");
    }

    private static void expect(String expected, String found) {
        if (!expected.equals(found)) {
            throw new IllegalStateException("expected " + expected + ", found " + found);
        }
    }
}

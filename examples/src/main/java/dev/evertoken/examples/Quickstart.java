package dev.evertoken.examples;

import static dev.evertoken.examples.QuickstartOutput.expect;

import dev.evertoken.examples.AppProcess.Outcome;
import dev.evertoken.examples.AppProcess.Status;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tour of the library: eight accounts, one at each of eight mock providers, in a process that is killed and in a
 * second one that continues. This process runs the providers and prints the steps; {@link QuickstartApp} is the
 * application.
 *
 * <p>The providers use a separate clock that starts two months ago, so that the consents are old when the application
 * starts. The exit code is 1 if any check fails. Not thread-safe.
 */
public final class Quickstart {

    private static final String OK = "200";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MockProviders providers;
    private final ManualClock time;
    private final Path folder;
    private final Secret keys;
    private final QuickstartOutput output;

    private final Account calendar;
    private final Account videos;
    private final Account runs;
    private final Account shop;
    private final Account photos;
    private final Account company;
    private final Account news;
    private final Account posts;

    private Quickstart(MockProviders providers, ManualClock time, Path folder, Secret keys, QuickstartOutput output) {
        this.providers = providers;
        this.time = time;
        this.folder = folder;
        this.keys = keys;
        this.output = output;
        this.calendar = new Account(providers.google(), "calendar");
        this.videos = new Account(providers.youtube(), "videos");
        this.runs = new Account(providers.strava(), "runs");
        this.shop = new Account(providers.facebook(), "shop");
        this.photos = new Account(providers.instagram(), "photos");
        this.company = new Account(providers.linkedIn(), "company");
        this.news = new Account(providers.x(), "news");
        this.posts = new Account(providers.xOAuth1(), "posts");
    }

    public static void main(String[] args) throws IOException {
        Instant now = Instant.now();
        ManualClock time = ManualClock.at(now.minus(Duration.ofDays(61)));
        try (MockProviders providers = MockProviders.start(time);
                TemporaryFolder folder = TemporaryFolder.create()) {
            QuickstartOutput output = new QuickstartOutput(System.out);
            new Quickstart(providers, time, folder.path(), FreshKeys.ring(), output).run(now);
        } catch (AssertionError e) {
            System.out.println("quickstart: failed: " + e.getMessage());
            System.exit(1);
        }
    }

    private List<Account> accounts() {
        return List.of(calendar, videos, runs, shop, photos, company, news, posts);
    }

    private void run(Instant now) {
        output.title("Evertoken: 8 accounts at 8 mock providers on this machine, tokens in an encrypted file store");
        Map<Account, TokenSet> consents = consents(now);
        try (AppProcess first = AppProcess.start(folder, keys, providers)) {
            connect(first, consents);
            use(first);
            rejectedToken(first);
            rotation(first);
            concurrentRequests(first);
            revokedGrant(first);
            killed(first);
        }
        expireWhileStopped();
        try (AppProcess second = AppProcess.start(folder, keys, providers)) {
            continueAfterKill(second);
            table(second);
            second.end();
        }
        summary();
    }

    /**
     * Gives all consents: LinkedIn's 61 days ago and the others 55 days ago. These times are slightly longer and
     * slightly shorter than the 60 days of their access tokens.
     */
    private Map<Account, TokenSet> consents(Instant now) {
        Map<Account, TokenSet> consents = new LinkedHashMap<>();
        consents.put(company, company.consent());
        time.advance(Duration.ofDays(6));
        accounts().forEach(account -> consents.computeIfAbsent(account, Account::consent));
        time.advanceTo(now);
        return consents;
    }

    // ---- the first process

    private void connect(AppProcess app, Map<Account, TokenSet> consents) {
        consents.forEach((account, tokens) ->
                expect(account + " after connecting", "ACTIVE", app.connect(account.key(), tokens)));
        output.step("Connect", "8 accounts are imported; the access tokens of 5 have expired,");
        output.more("2 expire in 5 days, and 1 does not expire");
    }

    private void use(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, runs, company, news, shop, photos, posts)) {
            expect(account + " is requested", OK, app.call(account.key()).result());
        }
        List.of(shop, photos).forEach(account -> awaitGeneration(2, account, app));
        expect("refreshes", 6, refreshes() - before);
        output.step("Use", "7 requests through one OkHttp client: 7 times 200");
        output.more("4 of them waited for a new token; the program has no code for this");
        output.more("2 were sent at once; their tokens were extended in the background before they expire");
        output.more("1 was signed");
    }

    private void rejectedToken(AppProcess app) {
        calendar.provider().expire(calendar.name());
        int before = calendar.ledger().tokenRequests(calendar.name());
        expect("calendar is requested", OK, app.call(calendar.key()).result());
        expect("token requests", 1, calendar.ledger().tokenRequests(calendar.name()) - before);
        output.step("Rejection", "the API rejects the token of " + calendar + " with 401 before it expires:");
        output.more("refreshed, sent again, 200");
    }

    private void rotation(AppProcess app) {
        news.provider().expire(news.name());
        expect("news is requested", OK, app.call(news.key()).result());
        expect("generation", 3L, app.status(news.key()).generation());
        expect("generation 1 was presented", 1, news.ledger().presented(news.name(), 1));
        expect("generation 2 was presented", 1, news.ledger().presented(news.name(), 2));
        output.step("Rotation", news + " has its third refresh token; the two earlier ones were used once each");
    }

    private void concurrentRequests(AppProcess app) {
        expect("different tokens", 1, app.concurrently(videos.key(), 200));
        expect("token requests", 1, videos.ledger().tokenRequests(videos.name()));
        output.step("Concurrency", "200 threads request the token of " + videos + ", which has expired:");
        output.more("1 token request, and all threads receive the same new token");
    }

    private void revokedGrant(AppProcess app) {
        runs.provider().revoke(runs.name());
        expect("the API's response", "401", app.call(runs.key()).result());
        int before = requests(runs);
        Outcome outcome = app.call(runs.key());
        expect("problem", "GRANT_DEAD", outcome.result());
        expect("remedy", "RECONNECT", outcome.remedy());
        for (int again = 0; again < 10; again++) {
            expect("the same outcome again", outcome, app.call(runs.key()));
        }
        expect("further requests to the provider and its API", 0, requests(runs) - before);
        output.step("Revocation", runs + " is revoked at the provider: " + outcome.result() + ", " + outcome.remedy());
        output.more("at " + outcome.reconnectUrl());
        output.more("detected by one 401; 11 further requests fail with this problem and are not sent");
    }

    private void killed(AppProcess app) {
        news.provider().expire(news.name());
        app.blockBeforeSaving(news.key());
        app.kill();
        expect("newest generation at the provider", 4L, news.newestGeneration());
        expect("generation in the store", 3L, storedGeneration(news));
        output.step("kill -9", news + "'s refresh token was used, its successor was issued and is not saved yet:");
        output.more("the process is killed at this moment");
    }

    // ---- the second process

    private void expireWhileStopped() {
        for (Account account : List.of(calendar, videos, company)) {
            account.provider().expire(account.name());
        }
    }

    private void continueAfterKill(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, videos, shop, photos, company, news, posts)) {
            expect(account + " is requested", OK, app.call(account.key()).result());
        }
        expect("refreshes", 3, refreshes() - before);
        expect("runs is requested", "GRANT_DEAD", app.call(runs.key()).result());
        expect("news's generation 3 was presented", 1, news.ledger().presented(news.name(), 3));
        output.step("Second JVM", "the same folder, no new consent: 7 requests, 7 times 200");
        output.more("3 access tokens had expired meanwhile and were refreshed");
        output.more(news + " continued with the tokens that the killed process had written to the journal");
    }

    private void table(AppProcess app) {
        output.table(accounts().stream().map(account -> row(account, app)).toList());
    }

    private static QuickstartOutput.Row row(Account account, AppProcess app) {
        Status status = app.status(account.key());
        expect(account + " needs reconnect", account.isRevoked(), status.state().equals("NEEDS_REAUTH"));
        String advice = status.problemIfAny()
                .map(problem -> status.remedy() + " at " + status.reconnectUrl())
                .orElse("nothing");
        return new QuickstartOutput.Row(
                account.name(), account.provider().id(), status.generation(), status.state(), advice);
    }

    private void summary() {
        for (MockProvider provider : providers.all()) {
            expect(
                    "grants of " + provider.id() + " that were revoked after reuse",
                    List.of(),
                    provider.ledger().familiesRevoked());
        }
        List<Account> lost = Audit.lost(accounts(), folder, keys, providers);
        long needReconnect = accounts().stream().filter(Account::isRevoked).count();
        output.line("quickstart: " + accounts().size() + " accounts, " + refreshes() + " refreshes, " + needReconnect
                + " needs reconnect, " + lost.size() + " tokens lost");
        expect("lost accounts", List.of(), lost);
    }

    /** Waits for a background refresh. */
    private static void awaitGeneration(long generation, Account account, AppProcess app) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (app.status(account.key()).generation() != generation && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        expect(account + "'s generation", generation, app.status(account.key()).generation());
    }

    // ---- the providers' ledgers

    /** Returns the number of successful token requests at all providers. */
    private int refreshes() {
        return (int) providers.all().stream()
                .flatMap(provider -> provider.ledger().entries().stream())
                .filter(entry ->
                        entry.kind() == Ledger.Kind.RESPONDED && entry.detail().equals("tokens"))
                .count();
    }

    private static int requests(Account account) {
        return account.ledger().tokenRequests(account.name()) + account.ledger().apiRequests(account.name());
    }

    private long storedGeneration(Account account) {
        try (FileTokenStore store = FileTokenStore.open(folder, QuickstartApp.NAMESPACE)) {
            return store.load(account.key()).map(TokenRecord::generation).orElse(0L);
        }
    }
}

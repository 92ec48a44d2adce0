package dev.evertoken.examples;

import static dev.evertoken.examples.Story.expect;

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
 * The tour of the library: eight accounts, one at each of eight mock providers, in a process that is killed and another
 * one that goes on. This process runs the providers and tells the story; {@link QuickstartApp} is the application.
 *
 * <p>The providers live in a time of their own, which begins two months ago: the consents are old when the story starts.
 * Ends with exit code 1 if anything is not as it should be. Not thread-safe.
 */
public final class Quickstart {

    private static final String OK = "200";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MockProviders providers;
    private final ManualClock time;
    private final Path folder;
    private final Secret keys;
    private final Story story;

    private final Account calendar;
    private final Account videos;
    private final Account runs;
    private final Account shop;
    private final Account photos;
    private final Account company;
    private final Account news;
    private final Account posts;

    private Quickstart(MockProviders providers, ManualClock time, Path folder, Secret keys, Story story) {
        this.providers = providers;
        this.time = time;
        this.folder = folder;
        this.keys = keys;
        this.story = story;
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
            Story story = new Story(System.out);
            new Quickstart(providers, time, folder.path(), FreshKeys.ring(), story).run(now);
        } catch (AssertionError e) {
            System.out.println("quickstart: not as it should be: " + e.getMessage());
            System.exit(1);
        }
    }

    private List<Account> accounts() {
        return List.of(calendar, videos, runs, shop, photos, company, news, posts);
    }

    private void run(Instant now) {
        story.title("Evertoken: 8 accounts at 8 mock providers on this machine, tokens in an encrypted file store");
        Map<Account, TokenSet> brought = consents(now);
        try (AppProcess first = AppProcess.start(folder, keys, providers)) {
            connect(first, brought);
            use(first);
            rejectedToken(first);
            rotation(first);
            crowd(first);
            deadGrant(first);
            killed(first);
        }
        whileNothingRuns();
        try (AppProcess second = AppProcess.start(folder, keys, providers)) {
            goesOn(second);
            table(second);
            second.end();
        }
        summary();
    }

    /** LinkedIn's consent is 61 days old, the others are 55: more than an access token of theirs lives, or a little less. */
    private Map<Account, TokenSet> consents(Instant now) {
        Map<Account, TokenSet> brought = new LinkedHashMap<>();
        brought.put(company, company.consent());
        time.advance(Duration.ofDays(6));
        accounts().forEach(account -> brought.computeIfAbsent(account, Account::consent));
        time.advanceTo(now);
        return brought;
    }

    // ---- the first process

    private void connect(AppProcess app, Map<Account, TokenSet> brought) {
        brought.forEach((account, tokens) ->
                expect(account + " after connecting", "ACTIVE", app.connect(account.key(), tokens)));
        story.step("Connect", "8 accounts are imported; the access tokens of 5 have ended already,");
        story.more("2 end in 5 days, and 1 does not end");
    }

    private void use(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, runs, company, news, shop, photos, posts)) {
            expect(account + " is asked for", OK, app.call(account.key()).what());
        }
        List.of(shop, photos).forEach(account -> awaitGeneration(2, account, app));
        expect("refreshes", 6, refreshes() - before);
        story.step("Use", "7 requests through one OkHttp client: 7 times 200");
        story.more("4 of them needed a new token and waited for it; the program did nothing about it");
        story.more("2 went out at once and had theirs traded behind them, before it is too late");
        story.more("1 was signed");
    }

    private void rejectedToken(AppProcess app) {
        calendar.provider().expire(calendar.name());
        int before = calendar.ledger().tokenRequests(calendar.name());
        expect("calendar is asked for", OK, app.call(calendar.key()).what());
        expect("token requests", 1, calendar.ledger().tokenRequests(calendar.name()) - before);
        story.step("Rejection", "the API answers " + calendar + " with 401 before the token's end:");
        story.more("refreshed, sent again, 200");
    }

    private void rotation(AppProcess app) {
        news.provider().expire(news.name());
        expect("news is asked for", OK, app.call(news.key()).what());
        expect("generation", 3L, app.status(news.key()).generation());
        expect("generation 1 was presented", 1, news.ledger().presented(news.name(), 1));
        expect("generation 2 was presented", 1, news.ledger().presented(news.name(), 2));
        story.step("Rotation", news + " holds its third refresh token; the two before were spent once each");
    }

    private void crowd(AppProcess app) {
        expect("different tokens", 1, app.crowd(videos.key(), 200));
        expect("token requests", 1, videos.ledger().tokenRequests(videos.name()));
        story.step("Crowd", "200 threads want " + videos + ", which has ended:");
        story.more("1 token request, and the same new token for all of them");
    }

    private void deadGrant(AppProcess app) {
        runs.provider().revoke(runs.name());
        expect("the API's own answer", "401", app.call(runs.key()).what());
        int before = requests(runs);
        Outcome outcome = app.call(runs.key());
        expect("problem", "GRANT_DEAD", outcome.what());
        expect("remedy", "RECONNECT", outcome.remedy());
        for (int again = 0; again < 10; again++) {
            expect("the same outcome again", outcome, app.call(runs.key()));
        }
        expect("further requests to the provider and its API", 0, requests(runs) - before);
        story.step("Dead grant", runs + " is revoked at the provider: " + outcome.what() + ", " + outcome.remedy());
        story.more("at " + outcome.reconnectUrl());
        story.more("one 401 shows it; 11 further requests get this answer, and the provider gets none of them");
    }

    private void killed(AppProcess app) {
        news.provider().expire(news.name());
        app.stickBeforeSaving(news.key());
        app.kill();
        expect("newest generation at the provider", 4L, news.newestGeneration());
        expect("generation in the store", 3L, storedGeneration(news));
        story.step("kill -9", news + "'s refresh token is spent, its successor is issued and not yet saved:");
        story.more("in this moment the process is killed");
    }

    // ---- the second process

    private void whileNothingRuns() {
        for (Account account : List.of(calendar, videos, company)) {
            account.provider().expire(account.name());
        }
    }

    private void goesOn(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, videos, shop, photos, company, news, posts)) {
            expect(account + " is asked for", OK, app.call(account.key()).what());
        }
        expect("refreshes", 3, refreshes() - before);
        expect("runs is asked for", "GRANT_DEAD", app.call(runs.key()).what());
        expect("news's generation 3 was presented", 1, news.ledger().presented(news.name(), 3));
        story.step("Second JVM", "the same folder, no new consent: 7 requests, 7 times 200");
        story.more("3 access tokens had been ended meanwhile and were refreshed");
        story.more(news + " went on with what the killed process had left in the journal");
    }

    private void table(AppProcess app) {
        story.table(accounts().stream().map(account -> row(account, app)).toList());
    }

    private static Story.Row row(Account account, AppProcess app) {
        Status status = app.status(account.key());
        expect(account + " needs reconnect", account.isRevoked(), status.state().equals("NEEDS_REAUTH"));
        String advice = status.problemIfAny()
                .map(problem -> status.remedy() + " at " + status.reconnectUrl())
                .orElse("nothing");
        return new Story.Row(account.name(), account.provider().id(), status.generation(), status.state(), advice);
    }

    private void summary() {
        for (MockProvider provider : providers.all()) {
            expect(
                    "grants of " + provider.id() + " that died of reuse",
                    List.of(),
                    provider.ledger().familiesRevoked());
        }
        List<Account> lost = Audit.lost(accounts(), folder, keys, providers);
        long needReconnect = accounts().stream().filter(Account::isRevoked).count();
        story.line("quickstart: " + accounts().size() + " accounts, " + refreshes() + " refreshes, " + needReconnect
                + " needs reconnect, " + lost.size() + " tokens lost");
        expect("lost accounts", List.of(), lost);
    }

    /** What is refreshed behind a caller is done a moment later. */
    private static void awaitGeneration(long generation, Account account, AppProcess app) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (app.status(account.key()).generation() != generation && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        expect(account + "'s generation", generation, app.status(account.key()).generation());
    }

    // ---- what the providers saw

    /** Counts the token requests of all providers that brought tokens. */
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

package dev.evertoken.examples;

import static dev.evertoken.examples.Story.expect;

import dev.evertoken.examples.AppProcess.Outcome;
import dev.evertoken.examples.AppProcess.Status;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The tour of the library: eight accounts at three mock providers, in a process that is killed and another one that
 * goes on. This process runs the providers and tells the story; {@link QuickstartApp} is the application.
 *
 * <p>Ends with exit code 1 if anything is not as it should be. Not thread-safe.
 */
public final class Quickstart {

    private static final String OK = "200";

    private final MockProviders providers;
    private final Path folder;
    private final Secret keys;
    private final Story story;

    private final Account calendar;
    private final Account mail;
    private final Account drive;
    private final Account runs;
    private final Account rides;
    private final Account orders;
    private final Account invoices;
    private final Account stock;

    private Quickstart(MockProviders providers, Path folder, Secret keys, Story story) {
        this.providers = providers;
        this.folder = folder;
        this.keys = keys;
        this.story = story;
        this.calendar = new Account(providers.google(), "calendar");
        this.mail = new Account(providers.google(), "mail");
        this.drive = new Account(providers.google(), "drive");
        this.runs = new Account(providers.strava(), "runs");
        this.rides = new Account(providers.strava(), "rides");
        this.orders = new Account(providers.rotating(), "orders");
        this.invoices = new Account(providers.rotating(), "invoices");
        this.stock = new Account(providers.rotating(), "stock");
    }

    public static void main(String[] args) throws IOException {
        try (MockProviders providers = MockProviders.start();
                TemporaryFolder folder = TemporaryFolder.create()) {
            new Quickstart(providers, folder.path(), FreshKeys.ring(), new Story(System.out)).run();
        } catch (AssertionError e) {
            System.out.println("quickstart: not as it should be: " + e.getMessage());
            System.exit(1);
        }
    }

    private List<Account> accounts() {
        return List.of(calendar, mail, drive, runs, rides, orders, invoices, stock);
    }

    private void run() {
        story.title("Evertoken: 8 accounts at 3 mock providers on this machine, tokens in an encrypted file store");
        try (AppProcess first = AppProcess.start(folder, keys, providers)) {
            connect(first);
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

    // ---- the first process

    private void connect(AppProcess app) {
        for (Account account : List.of(calendar, stock)) {
            expect(account + " after connecting", "ACTIVE", app.connect(account.key(), account.consent()));
        }
        for (Account account : List.of(mail, drive, runs, rides, orders, invoices)) {
            expect(account + " after connecting", "ACTIVE", app.connect(account.key(), account.consentLongAgo()));
        }
        story.step("Connect", "8 accounts are imported; the access tokens of 6 have ended already");
    }

    private void use(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, mail, runs, orders)) {
            expect(account + " is asked for", OK, app.call(account.key()).what());
        }
        expect("refreshes", 3, refreshes() - before);
        story.step("Use", "4 requests through one OkHttp client: 200, 200, 200, 200");
        story.more("3 of them needed a new token and waited for it; the program did nothing about it");
    }

    private void rejectedToken(AppProcess app) {
        calendar.provider().expire(calendar.name());
        expect("calendar is asked for", OK, app.call(calendar.key()).what());
        expect("token requests", 1, calendar.ledger().tokenRequests(calendar.name()));
        story.step("Rejection", "the API answers " + calendar + " with 401 before the token's end:");
        story.more("refreshed, sent again, 200");
    }

    private void rotation(AppProcess app) {
        orders.provider().expire(orders.name());
        expect("orders is asked for", OK, app.call(orders.key()).what());
        expect("generation", 3L, app.status(orders.key()).generation());
        expect("generation 1 was presented", 1, orders.ledger().presented(orders.name(), 1));
        expect("generation 2 was presented", 1, orders.ledger().presented(orders.name(), 2));
        story.step("Rotation", orders + " holds its third refresh token; the two before were spent once each");
    }

    private void crowd(AppProcess app) {
        expect("different tokens", 1, app.crowd(invoices.key(), 200));
        expect("token requests", 1, invoices.ledger().tokenRequests(invoices.name()));
        story.step("Crowd", "200 threads want " + invoices + ", which has ended:");
        story.more("1 token request, and the same new token for all of them");
    }

    private void deadGrant(AppProcess app) {
        rides.provider().revoke(rides.name());
        Outcome outcome = app.call(rides.key());
        expect("problem", "GRANT_DEAD", outcome.what());
        expect("remedy", "RECONNECT", outcome.remedy());
        int before = requests(rides);
        for (int again = 0; again < 10; again++) {
            expect("the same outcome again", outcome, app.call(rides.key()));
        }
        expect("further requests to the provider and its API", 0, requests(rides) - before);
        story.step("Dead grant", rides + " is revoked at the provider: " + outcome.what() + ", " + outcome.remedy());
        story.more("at " + outcome.reconnectUrl());
        story.more("10 further requests get the same answer, and the provider gets none of them");
    }

    private void killed(AppProcess app) {
        stock.provider().expire(stock.name());
        app.stickBeforeSaving(stock.key());
        app.kill();
        expect("newest generation at the provider", 2L, stock.newestGeneration());
        expect("generation in the store", 1L, storedGeneration(stock));
        story.step("kill -9", stock + "'s refresh token is spent, its successor is issued and not yet saved:");
        story.more("in this moment the process is killed");
    }

    // ---- the second process

    private void whileNothingRuns() {
        for (Account account : List.of(runs, orders, invoices, stock)) {
            account.provider().expire(account.name());
        }
    }

    private void goesOn(AppProcess app) {
        int before = refreshes();
        for (Account account : List.of(calendar, mail, drive, runs, orders, invoices, stock)) {
            expect(account + " is asked for", OK, app.call(account.key()).what());
        }
        expect("refreshes", 5, refreshes() - before);
        expect("rides is asked for", "GRANT_DEAD", app.call(rides.key()).what());
        expect("stock's generation 1 was presented", 1, stock.ledger().presented(stock.name(), 1));
        expect("stock's generation 2 was presented", 1, stock.ledger().presented(stock.name(), 2));
        story.step("Second JVM", "the same folder, no new consent: 7 requests, 7 times 200");
        story.more("5 access tokens had ended meanwhile and were refreshed");
        story.more(stock + " went on with what the killed process had left in the journal");
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

    // ---- what the providers saw

    /** Counts the token requests of all providers that brought tokens. */
    private int refreshes() {
        return (int) providers.all().stream()
                .flatMap(provider -> provider.ledger().entries().stream())
                .filter(entry ->
                        entry.kind() == Ledger.Kind.ANSWERED && entry.detail().equals("tokens"))
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

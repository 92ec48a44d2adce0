package dev.evertoken.examples.bookingbot;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Shows the records in each store of the bot, without secrets, and removes unusable ones: {@code BotDoctor} prints the
 * table, {@code BotDoctor clear USER} removes the record of one user. Calls no provider and refreshes nothing. Not
 * thread-safe.
 */
public final class BotDoctor {

    private final BotSettings settings;
    private final BotStores stores;
    private final UnaryOperator<TokensBuilder> more;

    BotDoctor(BotSettings settings, BotStores stores, UnaryOperator<TokensBuilder> more) {
        this.settings = settings;
        this.stores = stores;
        this.more = more;
    }

    /** One row of the table: the record of one account in one store, or a store that does not respond. */
    record Finding(String store, String account, String state, String detail, boolean isGood) {

        @Override
        public String toString() {
            return String.format("%-15s %-20s %-16s %s", store, account, state, detail)
                    .stripTrailing();
        }
    }

    public static void main(String[] args) {
        BotSettings settings = BotSettings.from(System.getenv());
        BotStores stores = new BotStores(settings);
        BotDoctor doctor = new BotDoctor(settings, stores, builder -> builder);
        if (args.length == 2 && args[0].equals("clear")) {
            System.out.println(doctor.clear(args[1]) ? args[1] + " was removed" : args[1] + " was not found");
            return;
        }
        List<Finding> findings = doctor.findings();
        findings.forEach(System.out::println);
        stores.tiers().values().forEach(TokenStore::close);
        System.exit(findings.stream().allMatch(Finding::isGood) ? 0 : 1);
    }

    /** Returns the records of all stores, store by store; a store that does not respond is one row. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        stores.tiers().forEach((name, store) -> findings.addAll(findings(name, store)));
        return findings;
    }

    private List<Finding> findings(String name, TokenStore store) {
        try (Tokens tokens = readOnly(store);
                Stream<AccountStatus> all = tokens.statuses()) {
            return all.map(status -> finding(name, status)).toList();
        } catch (TokenException e) {
            return List.of(new Finding(name, "", "DOWN", e.detail(), false));
        }
    }

    /** Returns tokens over one store alone, only for reading. */
    private Tokens readOnly(TokenStore store) {
        return more.apply(Tokens.builder()
                        .namespace(BotStores.NAMESPACE)
                        .environment(settings.environment())
                        .store(store)
                        .withoutJournal()
                        .encryption(settings.keys())
                        .client("google", settings.google()))
                .build();
    }

    private static Finding finding(String store, AccountStatus status) {
        String detail = status.problem()
                        .map(problem -> problem + ": " + problem.advice())
                        .orElse("")
                + (status.detail().isEmpty() ? "" : " (" + status.detail() + ")");
        return new Finding(
                store,
                status.key().toString(),
                status.state() + " " + status.generation(),
                detail,
                status.problem().isEmpty());
    }

    /** Removes the record of a user, readable or not, from the authoritative store; the copies follow. */
    boolean clear(String user) {
        TokenKey key = BookingBot.key(user);
        try (TokenStore chain = stores.open()) {
            return chain.remove(key, revision(chain, key));
        }
    }

    private static long revision(TokenStore chain, TokenKey key) {
        try {
            return chain.load(key).map(record -> record.revision()).orElse(TokenStore.ABSENT);
        } catch (UnreadableRecordException e) {
            return TokenStore.UNREADABLE;
        }
    }
}

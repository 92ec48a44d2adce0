package dev.evertoken.examples.bookingbot;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.doctor.AccountReport;
import dev.evertoken.doctor.DoctorOutput;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.TokenDoctor;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Shows the records in each store of the bot, without secrets, and removes unusable ones: {@code BotDoctor} prints the
 * table of each store, {@code BotDoctor clear USER} removes the record of one user. Calls no provider, refreshes
 * nothing, and writes nothing to a store except to remove a record. Not thread-safe.
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

    public static void main(String[] args) throws IOException {
        BotSettings settings = BotSettings.from(System.getenv());
        BotStores stores = new BotStores(settings);
        BotDoctor doctor = new BotDoctor(settings, stores, builder -> builder);
        if (args.length == 2 && args[0].equals("clear")) {
            System.out.println(doctor.clear(args[1]) ? args[1] + " was removed" : args[1] + " was not removed");
            return;
        }
        int exitCode = doctor.print(System.out);
        stores.tiers().values().forEach(TokenStore::close);
        System.exit(exitCode);
    }

    /** Prints the table of each store and returns the exit code: that of the store in the worst state. */
    int print(Appendable out) throws IOException {
        int worst = DoctorSummary.NOTHING_TO_DO;
        for (String name : stores.tiers().keySet()) {
            out.append("---- ").append(name).append('\n');
            worst = Math.max(
                    worst, examine(name, DoctorOutput.textWithAccountIds(out)).exitCode());
        }
        return worst;
    }

    /** Returns the accounts of each store that responds, by the name of the store. */
    Map<String, AccountReport> account(String user) {
        Map<String, AccountReport> reports = new LinkedHashMap<>();
        for (String name : stores.tiers().keySet()) {
            DoctorSummary unused = examine(name, DoctorOutput.accounts(report -> {
                if (report.key().equals(BookingBot.key(user))) {
                    reports.put(name, report);
                }
            }));
        }
        return reports;
    }

    private DoctorSummary examine(String name, DoctorOutput output) {
        TokenStore store = Optional.ofNullable(stores.tiers().get(name)).orElseThrow();
        try (Tokens tokens = over(store)) {
            return TokenDoctor.of(tokens).writeProbe(false).examine(output);
        }
    }

    /** Returns tokens over one store alone, without a journal: the bot may be running. */
    private Tokens over(TokenStore store) {
        return more.apply(Tokens.builder()
                        .namespace(BotStores.NAMESPACE)
                        .environment(settings.environment())
                        .store(store)
                        .withoutJournal()
                        .encryption(settings.keys())
                        .client("google", settings.google()))
                .build();
    }

    /** Removes the unusable record of a user from the authoritative store; the copies follow. */
    boolean clear(String user) {
        TokenKey key = BookingBot.key(user);
        try (TokenStore chain = stores.open();
                Tokens tokens = over(chain)) {
            TokenDoctor doctor = TokenDoctor.of(tokens);
            Optional<AccountReport> report = doctor.examine(key);
            return report.isPresent() && doctor.clear(key, report.get().revision());
        }
    }
}

package dev.evertoken;

import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.Journal;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Puts the engine together without its threads: everything happens on the thread that asks. Stateless. */
final class Workshops {

    static final String NAMESPACE = "crm";
    static final String ENVIRONMENT = "prod";

    private Workshops() {}

    /** @param tell takes what is told behind the callers; what a run of the cycle tells goes to whoever runs it */
    static Workshop of(
            TokenStore shared,
            Timekeeper time,
            Settings settings,
            Journal journal,
            RefreshPolicy policy,
            Consumer<TokenEvent> tell) {
        Explain explain = new Explain(Workshops::reconnectUrl);
        WatchedStore store = new WatchedStore(shared, time, new Unwritten(10));
        Records records =
                new Records(new Sealer(KeyRing.none(), NAMESPACE, ENVIRONMENT), NAMESPACE, ENVIRONMENT, policy, time);
        Claims claims = new Claims(store, records, time, settings, "a process");
        Settlement settlement = new Settlement(store, records, claims, time);
        Unsaved unsaved = new Unsaved(
                settlement, records, journal, time, Runnable::run, Backoff.betweenSaves(settings.saveRetryCap()), tell);
        FailureGate gate = new FailureGate(Backoff.betweenAttempts());
        Signing signing = new Signing(Set.of(), explain, time);
        ForgottenWrites forgotten = new ForgottenWrites(store, unsaved, time);
        CompletableFuture<Void> closing = new CompletableFuture<>();
        return new Workshop(
                store,
                records,
                claims,
                settlement,
                unsaved,
                gate,
                new Aftermath(settlement, gate, journal, explain, time),
                new Publisher(records, signing, forgotten, time, settings.clockSkew(), settings.recheckEvery()),
                new Parents(store, records, explain, time, settings.callDeadline()),
                signing,
                forgotten,
                new Enrichments(store, records, time, settings.callDeadline(), Runnable::run, closing, tell),
                journal,
                explain,
                time,
                settings,
                closing);
    }

    static URI reconnectUrl(TokenKey key) {
        return URI.create("https://app.example/reconnect/" + key.account());
    }

    static Statuses statuses(Workshop workshop) {
        return new Statuses(
                workshop.store(),
                workshop.records(),
                new Clients(Map.of(), workshop.explain()),
                workshop.unsaved(),
                workshop.parents(),
                workshop.explain(),
                workshop.time());
    }
}

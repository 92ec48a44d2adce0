package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.TaskList;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Alice, connected at a provider that answers revocations as a test says. Not thread-safe. */
final class RevocationFixture {

    final EngineFixture engine;
    final TaskList tasks = new TaskList();

    /** With what the provider was asked. */
    final List<HeldTokens> asked = new ArrayList<>();

    private MonitoredStore others;

    private final Deque<RevokeOutcome> script = new ArrayDeque<>();

    RevocationFixture(RevokeScope scope) {
        engine = new EngineFixture(
                ProviderProfile.builder(RefreshModel.STATIC).revokeScope(scope).build());
        others = engine.parts.store();
        engine.connect(ALICE);
        engine.provider.revoker = held -> {
            asked.add(held);
            return script.remove();
        };
    }

    /** Looks for affected accounts in another store from the next revocation on. */
    void looksForOthersIn(TokenStore store) {
        others = new MonitoredStore(store, engine.time, new UnwrittenRecords(10), Duration.ofMinutes(1));
    }

    void responses(RevokeOutcome... outcomes) {
        script.addAll(List.of(outcomes));
    }

    Revocation revoke(boolean evenSiblings) {
        ClientRegistry clients = engine.clients();
        return new Revocations(
                        engine.storedTokens(),
                        new AffectedAccounts(others, clients, engine.time),
                        ConnectionsTest.connections(engine),
                        engine.parts.store(),
                        engine.time,
                        engine.parts.closing(),
                        client -> TaskQueue.of(tasks),
                        engine.events::add)
                .revoke(engine.cell(ALICE), engine.client, evenSiblings);
    }

    /** Lets the time of so many attempts pass. */
    void goOn(int attempts) {
        for (int i = 0; i < attempts; i++) {
            engine.clock.advance(Duration.ofMinutes(10));
            tasks.runAll();
        }
    }

    List<TokenEvent.RevocationEnded> ended() {
        return engine.events.stream()
                .filter(TokenEvent.RevocationEnded.class::isInstance)
                .map(TokenEvent.RevocationEnded.class::cast)
                .toList();
    }
}

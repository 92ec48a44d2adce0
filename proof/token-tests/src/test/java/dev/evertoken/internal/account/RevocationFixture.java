package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.TaskList;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
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

    private final Deque<RevokeOutcome> script = new ArrayDeque<>();

    RevocationFixture(RevokeScope scope) {
        engine = new EngineFixture(
                ProviderProfile.builder(RefreshModel.STATIC).revokeScope(scope).build());
        engine.connect(ALICE);
        engine.provider.revoker = held -> {
            asked.add(held);
            return script.remove();
        };
    }

    void responses(RevokeOutcome... outcomes) {
        script.addAll(List.of(outcomes));
    }

    Revocation revoke(boolean evenSiblings) {
        ClientRegistry clients = engine.clients();
        return new Revocations(
                        engine.storedTokens(),
                        new AffectedAccounts(engine.parts.store(), clients),
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

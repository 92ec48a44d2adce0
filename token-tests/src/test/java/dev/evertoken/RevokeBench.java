package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.RevokeOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Alice, connected at a provider that answers revocations as a test says. Not thread-safe. */
final class RevokeBench {

    final EngineBench bench;
    final TaskList tasks = new TaskList();

    /** With what the provider was asked. */
    final List<HeldTokens> asked = new ArrayList<>();

    private final Deque<RevokeOutcome> script = new ArrayDeque<>();

    RevokeBench(RevokeScope scope) {
        bench = new EngineBench(
                ProviderProfile.builder(RefreshModel.STATIC).revokeScope(scope).build());
        bench.connect(ALICE);
        bench.provider.revoker = held -> {
            asked.add(held);
            return script.remove();
        };
    }

    void answers(RevokeOutcome... outcomes) {
        script.addAll(List.of(outcomes));
    }

    Revocation revoke(boolean evenSiblings) {
        Clients clients = bench.clients();
        return new Revocations(
                        new Holdings(bench.workshop),
                        new Siblings(bench.workshop.store(), clients),
                        ConnectionsTest.connections(bench),
                        bench.workshop,
                        tasks,
                        bench.events::add)
                .revoke(bench.cell(ALICE), bench.client, evenSiblings);
    }

    /** Lets the time of so many attempts pass. */
    void goOn(int attempts) {
        for (int i = 0; i < attempts; i++) {
            bench.clock.advance(Duration.ofMinutes(10));
            tasks.runAll();
        }
    }

    List<TokenEvent.RevocationEnded> ended() {
        return bench.events.stream()
                .filter(TokenEvent.RevocationEnded.class::isInstance)
                .map(TokenEvent.RevocationEnded.class::cast)
                .toList();
    }
}

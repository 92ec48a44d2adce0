package dev.evertoken.mirror;

import dev.evertoken.Tokens;
import dev.evertoken.mirror.receiver.MirrorReceiver;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import dev.evertoken.mirror.receiver.ReceivedVersions;
import dev.evertoken.mirror.receiver.ReceiverReply;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The receiver of this library behind the socket of a {@link MirrorFixture}, with an engine and a store of its own. */
final class ReceiverFixture {

    /** The only bearer token that the receiver accepts, and the header that states it. */
    static final String BEARER = "Bearer service-token";

    final InMemoryTokenStore store;
    final Tokens tokens;
    final ReceivedVersions versions;
    final MirrorReceiver receiver;

    ReceiverFixture(MirrorFixture fixture, ReceivedVersions versions, KeyRing signing) {
        this.store = new InMemoryTokenStore(fixture.clock);
        this.tokens = fixture.keep(fixture.google
                .configure(Tokens.builder().namespace("receiver").store(store))
                .build());
        this.versions = fixture.keep(versions);
        this.receiver = MirrorReceiver.builder(tokens)
                .accounts((request, user) ->
                        request.header("Authorization").filter(BEARER::equals).isPresent()
                                ? Optional.of(TokenKey.of("google", user))
                                : Optional.empty())
                .versions(versions)
                .signing(signing)
                .comparePath("/api/token-mirror/accounts")
                .build();
        fixture.receiver.responds(this::response);
    }

    static KeyRing keys(String id) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) id.hashCode());
        return KeyRing.of(id, key);
    }

    /** Handles a request that the socket has received. */
    String response(RawRequest raw) {
        Optional<ReceiverReply> reply = receiver.handle(received(raw));
        return reply.map(one -> FakeReceiver.json(one.status(), one.body()))
                .orElseGet(() -> FakeReceiver.json(404, "{}"));
    }

    static ReceivedRequest received(RawRequest raw) {
        String[] target = raw.target().split("\\?", 2);
        return new ReceivedRequest(
                raw.method(),
                target[0],
                target.length == 2 ? target[1] : "",
                raw.headers(),
                raw.body().getBytes(StandardCharsets.UTF_8));
    }
}

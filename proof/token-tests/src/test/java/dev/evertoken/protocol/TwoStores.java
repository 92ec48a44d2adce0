package dev.evertoken.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.Transfer;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two stores with separate keys and an application over each, one strict provider, and one clock. */
final class TwoStores implements AutoCloseable {

    static final KeyRing OLD_KEYS = ring("old", 1);
    static final KeyRing NEW_KEYS = ring("new", 2);

    final ManualClock clock = ManualClock.start();
    final AuthorizationServer server = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    final FaultyStore source = FaultyStore.over(new InMemoryTokenStore(clock));
    final FaultyStore target = FaultyStore.over(new InMemoryTokenStore(clock));
    final ProtocolFixture fixture = new ProtocolFixture(clock, server, source);
    final Tokens there = on(source, OLD_KEYS);
    final Tokens here = on(target, NEW_KEYS);

    static KeyRing ring(String id, int filling) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filling);
        return KeyRing.of(id, key);
    }

    Tokens on(TokenStore store, KeyRing keys) {
        return fixture.processOver(store, builder -> builder.encryption(keys).withoutJournal());
    }

    /** Returns the transfer from there to here. */
    Transfer transfer() {
        return here.importFrom(source).otherKeys(OLD_KEYS);
    }

    /** Connects accounts at the source. */
    List<TokenKey> connect(int accounts) {
        List<TokenKey> keys = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            TokenKey key = TokenKey.of("acme", "user-" + i);
            there.connect(key, server.consent(key.account()));
            keys.add(key);
        }
        return keys;
    }

    /** Asserts that the grant of an account is valid and that no refresh token was spent twice. */
    void refreshes(Tokens tokens, TokenKey key) {
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        assertThat(tokens.accessToken(key)).isNotNull();
        assertThat(server.secondPresentations()).isZero();
    }

    @Override
    public void close() {
        fixture.close();
    }
}

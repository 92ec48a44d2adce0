package dev.evertoken.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ChangeStampContract;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A chain has the change stamp of its authority. */
class TieredChangeStampTest extends ChangeStampContract {

    private final InMemoryTokenStore authority = new InMemoryTokenStore();
    private final InMemoryTokenStore copy = new InMemoryTokenStore();

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return TieredTokenStore.of("authority", authority)
                .fallback("copy", copy)
                .open();
    }

    @Test
    void theCopiesAreNotCalled() {
        assertThat(copy.moveChangeStamp()).isPresent();

        assertThat(((TieredTokenStore) store()).changeStamp()).hasValue("");
    }

    @Test
    void aChainOverAnAuthorityWithoutAStampHasNone() {
        TokenStore without = new ForwardingTokenStore(new InMemoryTokenStore()) {
            @Override
            public Optional<String> changeStamp() {
                return Optional.empty();
            }
        };
        try (TieredTokenStore chain =
                TieredTokenStore.of("authority", without).fallback("copy", copy).open()) {
            assertThat(chain.changeStamp()).isEmpty();
        }
    }
}

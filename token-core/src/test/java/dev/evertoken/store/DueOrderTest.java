package dev.evertoken.store;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Lifetime;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DueOrderTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BERT = TokenKey.of("acme", "bert");

    private final DueOrder order = new DueOrder();

    @Test
    void anAccountIsDueBeforeAMomentWithinItsMillisecond() {
        order.move(null, due(ANNA, NOW));

        assertThat(due(NOW)).isEmpty();
        assertThat(due(NOW.plusNanos(1))).containsExactly(ANNA);
    }

    @Test
    void anAccountIsListedOnceWhereItWasMovedTo() {
        TokenRecord first = due(ANNA, NOW);
        TokenRecord later = due(ANNA, NOW.plusSeconds(2));
        order.move(null, first);
        order.move(null, due(BERT, NOW.plusSeconds(1)));

        order.move(first, later);
        order.move(later, due(ANNA, NOW.plusSeconds(2)));

        assertThat(due(Instant.MAX)).containsExactly(BERT, ANNA);
        assertThat(order.oldest("acme")).contains(NOW.plusSeconds(1));
    }

    @Test
    void aRemovedAccountIsNotListed() {
        TokenRecord record = due(ANNA, NOW);
        order.move(null, record);

        order.move(record, null);

        assertThat(due(Instant.MAX)).isEmpty();
        assertThat(order.oldest("acme")).isEmpty();
    }

    @Test
    void anAccountOfAnotherRegistrationIsNotListed() {
        order.move(null, due(TokenKey.of("other", "anna"), NOW));

        assertThat(due(Instant.MAX)).isEmpty();
        assertThat(order.oldest("acme")).isEmpty();
    }

    private List<TokenKey> due(Instant before) {
        return order.due("acme", before, Optional.empty(), 10);
    }

    private static TokenRecord due(TokenKey key, Instant at) {
        return GoldenFiles.sparseRecord().toBuilder()
                .key(key)
                .lifetime(
                        new Lifetime(NOW, Optional.empty(), false, Optional.empty(), Optional.of(at), Optional.empty()))
                .build();
    }
}

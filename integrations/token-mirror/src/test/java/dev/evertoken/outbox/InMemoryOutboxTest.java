package dev.evertoken.outbox;

import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.testing.OutboxContract;

class InMemoryOutboxTest extends OutboxContract {

    @Override
    protected Outbox newOutbox() {
        return new InMemoryOutbox();
    }
}

package dev.evertoken.examples.mailwarmup;

import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.TokenListener;
import java.util.function.Consumer;

/** Logs once what an operator has to know about an account. Thread-safe. */
record PoolLog(Consumer<String> log) implements TokenListener {

    @Override
    public void reauthorizationRequired(TokenEvent.ReauthorizationRequired event) {
        log.accept(event.key() + " needs consent: " + event.problem());
    }

    @Override
    public void rotationAtRisk(TokenEvent.RotationAtRisk event) {
        log.accept(
                event.key() + " is not saved yet, and is kept " + (event.journaled() ? "in the journal" : "in memory"));
    }
}

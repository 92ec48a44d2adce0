package dev.evertoken;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.Journal;
import java.util.concurrent.CompletableFuture;

/**
 * What the engine's rooms share, put together by {@link TokensBuilder}.
 *
 * @param closing done as soon as nothing new may be sent
 */
record Workshop(
        WatchedStore store,
        Records records,
        Claims claims,
        Settlement settlement,
        Unsaved unsaved,
        FailureGate gate,
        Aftermath aftermath,
        Publisher publisher,
        Parents parents,
        Signing signing,
        ForgottenWrites forgotten,
        Enrichments enrichments,
        Journal journal,
        Explain explain,
        Timekeeper time,
        Settings settings,
        CompletableFuture<Void> closing) {}

package dev.evertoken.examples;

import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.StoreOperation;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Blocks the application after the provider has rotated the tokens and before they are saved.
 *
 * <p>An application opens its store with {@code .store("file:./tokens")}. This class opens the same store explicitly,
 * in order to wrap it. Thread-safe.
 */
final class LostSave {

    private final FileTokenStore files;
    private final FaultyStore store;

    private LostSave(FileTokenStore files) {
        this.files = files;
        this.store = FaultyStore.over(files);
    }

    static LostSave in(String folder, String namespace) {
        return new LostSave(FileTokenStore.open(Path.of(folder), namespace));
    }

    /** Sets the store, and the journal in the default location of a file store. */
    TokensBuilder storeOf(TokensBuilder builder) {
        return builder.store(store).journal(journal(files));
    }

    static Path journal(FileTokenStore files) {
        return files.folder().resolve(".journal");
    }

    /** Starts the work and returns when it is about to save the tokens of this account. The save does not complete. */
    void await(TokenKey key, Supplier<String> work) {
        Checkpoint save = store.next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.key().equals(key) && record.claim().isEmpty())
                .holdBefore();
        CompletableFuture<String> unused = CompletableFuture.supplyAsync(work);
        save.awaitArrived();
    }
}

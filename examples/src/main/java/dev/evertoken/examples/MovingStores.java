package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.ResealReport;
import dev.evertoken.model.TransferReport;
import dev.evertoken.spi.operations.SealedSecrets;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Moves accounts to another store, into a backup, and to a new key; shown in the guide to stores. Stateless. */
public final class MovingStores {

    private MovingStores() {}

    /** Moves all accounts from the store of an earlier release; returns whether all of them were moved. */
    public static boolean move(Tokens tokens, TokenStore earlier, KeyRing earlierKeys, PrintStream out) {
        // docs/stores.md move begin
        TransferReport report = tokens.importFrom(earlier)
                .otherKeys(earlierKeys)
                .onProgress(step -> out.println(step.done() + " of " + step.total() + ": " + step.row()))
                .move();
        report.unsettled().forEach(row -> out.println("not moved: " + row));
        report.stoppedBy().ifPresent(why -> out.println("interrupted, run again: " + why.detail()));
        // docs/stores.md move end
        return report.isComplete();
    }

    /** Writes a backup of all accounts into a folder, sealed with separate keys. */
    public static TransferReport backup(Tokens tokens, Path folder, KeyRing backupKeys) {
        // docs/stores.md backup begin
        try (TokenStore backup = FileTokenStore.open(folder, "crm")) {
            return tokens.exportTo(backup).otherKeys(backupKeys).copy();
        }
        // docs/stores.md backup end
    }

    /** Seals all records with the first key of the ring; returns whether the other keys may leave the ring. */
    public static boolean reseal(Tokens tokens, PrintStream out) {
        // docs/stores.md reseal begin
        ResealReport report = tokens.reseal()
                .onProgress(step -> out.println(step.done() + ": " + step.row()))
                .run();
        report.unsettled().forEach(row -> out.println("not sealed again: " + row));
        try (Stream<SealedSecrets> secrets = tokens.operations().sealedSecrets()) {
            secrets.filter(one -> one.seal().isStale()).forEach(one -> out.println("still sealed as before: " + one));
        }
        // docs/stores.md reseal end
        return report.isComplete();
    }

    /** Returns a chain with an authority and two copies. */
    public static TokenStore chain(TokenStore secrets, TokenStore redis, Path folder) {
        // docs/stores.md chain begin
        TokenStore chain = TieredTokenStore.of("secrets", secrets)
                .fallback("redis", redis)
                .fallback("disk", FileTokenStore.open(folder, "crm"))
                .tombstones(folder.resolve("removed"))
                .open();
        // docs/stores.md chain end
        return chain;
    }
}

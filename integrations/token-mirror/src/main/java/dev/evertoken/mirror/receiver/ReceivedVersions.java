package dev.evertoken.mirror.receiver;

import dev.evertoken.model.TokenKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which state of each account a receiver has accepted, so that it refuses older ones. Disconnected accounts
 * are remembered too. Implementations are thread-safe; calls may block as long as their storage does.
 */
public interface ReceivedVersions extends AutoCloseable {

    /** Returns the newest accepted version of an account; empty if there is none. */
    Optional<ReceivedVersion> last(TokenKey account);

    /** Remembers a version in place of the one of its account. When the method returns, the version is stored. */
    void save(ReceivedVersion version);

    /**
     * Returns the versions of the next accounts in the order of their user ids: {@code limit} of them, and the further
     * ones with the same user id as the last.
     *
     * @param afterUserId the last user id of the previous page; empty text for the first page
     */
    List<ReceivedVersion> page(String afterUserId, int limit);

    /** Frees the resources of this object. */
    @Override
    void close();

    /** Returns versions in the memory of this process: after a restart, an older message may be accepted once. */
    static ReceivedVersions inMemory() {
        return new VersionsInMemory();
    }

    /**
     * Returns versions in a file of this host, which one process has open.
     *
     * @throws dev.evertoken.spi.outbox.OutboxException if the file cannot be used
     */
    static ReceivedVersions file(Path path) {
        return FileVersions.open(path);
    }
}

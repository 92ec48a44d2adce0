package dev.evertoken.store;

import dev.evertoken.internal.store.file.StripedLocks;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** An application that shares a folder, in a process of its own or as a {@link LibraryCopy} of a server. */
final class LockingApplication {

    private static final int STRIPE = 7;

    private LockingApplication() {}

    /** Arguments: the folder, the number of rounds. Prints a line before the first round, and the intrusions. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.println("started");
        System.out.println(intrusions(Path.of(args[0]), Integer.parseInt(args[1]), 10_000));
    }

    /** Acquires the lock; returns the handle that releases it, or null if it was not free in time. */
    static AutoCloseable lock(Path folder, long waitMillis) throws IOException, InterruptedException {
        return acquired(folder, waitMillis).orElse(null);
    }

    /**
     * Acquires and releases the lock for a number of rounds; a round in which the lock is not free in time counts too.
     *
     * @return the number of rounds in which another application held the lock at the same time
     */
    static int intrusions(Path folder, int rounds, long waitMillis) throws IOException, InterruptedException {
        Path occupied = folder.resolve("occupied");
        int intrusions = 0;
        for (int round = 0; round < rounds; round++) {
            Optional<StripedLocks.Held> lock = acquired(folder, waitMillis);
            if (lock.isPresent()) {
                try (StripedLocks.Held held = lock.get()) {
                    Files.createFile(occupied);
                    Files.delete(occupied);
                } catch (FileAlreadyExistsException e) {
                    intrusions++;
                }
            }
        }
        return intrusions;
    }

    private static Optional<StripedLocks.Held> acquired(Path folder, long waitMillis)
            throws IOException, InterruptedException {
        return new StripedLocks(folder, Duration.ofMillis(waitMillis)).lock(STRIPE);
    }
}

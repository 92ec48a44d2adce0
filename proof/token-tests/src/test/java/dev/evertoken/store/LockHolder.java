package dev.evertoken.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that takes one lock of a store and keeps it until it is killed. */
final class LockHolder {

    private LockHolder() {}

    /** Arguments: the folder, the number of the lock. */
    public static void main(String[] args) throws IOException {
        Path file = FileTokenStore.open(Path.of(args[0]), "crm")
                .folder()
                .resolve("crm")
                .resolve("locks")
                .resolve(args[1] + ".lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                FileLock lock = channel.lock()) {
            System.out.println(lock.isValid() ? "held" : "not held");
            System.in.read(); // blocks until the process is killed
        }
    }
}

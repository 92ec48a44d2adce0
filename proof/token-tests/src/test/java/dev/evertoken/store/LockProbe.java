package dev.evertoken.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that tries to lock a file for each line that it reads, and prints whether the file was locked already. */
final class LockProbe {

    private LockProbe() {}

    /** Argument: the file. */
    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        while (System.in.read() == '\n') {
            try (FileChannel channel =
                    FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
                System.out.println(channel.tryLock() == null ? "held" : "free");
            }
        }
    }
}

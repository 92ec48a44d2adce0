package dev.evertoken.outbox.internal;

import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.model.LoggerNames;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines to which one process appends, each with a checksum and forced to disk. A line that was cut off by a
 * crash is removed when the file is opened; a damaged line within the file is skipped. The file is accessible to its
 * owner only. Not thread-safe.
 */
public final class RecordLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.OUTBOX);
    private static final int CHECKSUM = 9; // eight digits and a space
    private static final long SPARE_LINES = 200;

    private final Path path;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private @Nullable RandomAccessFile file;
    private long length;
    private long lines;

    private RecordLog(Path path, FileChannel lockChannel, FileLock lock) {
        this.path = path;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /**
     * Opens a file, which is created with its directory if it does not exist, and passes its lines on.
     *
     * @throws IOException if the file cannot be used, or if another process has it open
     */
    public static RecordLog open(Path path, Consumer<String> lines) throws IOException {
        Path folder =
                PrivateFiles.openFolder(path.toAbsolutePath().resolveSibling("").normalize());
        Path real = folder.resolve(path.getFileName().toString());
        FileChannel lockChannel = PrivateFiles.channel(
                real.resolveSibling(real.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = lockChannel.tryLock();
            if (lock == null) {
                throw new IOException(path + " is open in another process");
            }
            RecordLog opened = new RecordLog(real, lockChannel, lock);
            opened.read(lines);
            opened.reopen();
            return opened;
        } catch (OverlappingFileLockException e) {
            lockChannel.close();
            throw new IOException(path + " is open in this process already", e);
        } catch (IOException | RuntimeException | Error e) {
            lockChannel.close();
            throw e;
        }
    }

    // ---- reading

    private void read(Consumer<String> consumer) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        long damaged = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            long position = 0;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                position++;
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                Optional<String> text = text(line.toByteArray());
                text.ifPresent(consumer);
                damaged += text.isPresent() ? 0 : 1;
                line.reset();
                length = position;
                lines++;
            }
        }
        if (damaged > 0) {
            log.warn("{}: {} damaged lines were skipped", path, damaged);
        }
    }

    private static Optional<String> text(byte[] line) {
        if (line.length <= CHECKSUM) {
            return Optional.empty();
        }
        String text = new String(line, CHECKSUM, line.length - CHECKSUM, StandardCharsets.UTF_8);
        String stated = new String(line, 0, CHECKSUM, StandardCharsets.ISO_8859_1);
        return stated.equals(checksum(text)) ? Optional.of(text) : Optional.empty();
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x ".formatted(crc.getValue());
    }

    private static byte[] line(String text) {
        return (checksum(text) + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    // ---- writing

    private RandomAccessFile reopen() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
        PrivateFiles.channel(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        RandomAccessFile opened =
                new RandomAccessFile(path.toFile(), "rw"); // unlike a channel, not closed by interrupts
        file = opened;
        return opened;
    }

    /**
     * Appends a line and forces it to disk.
     *
     * @param text one line of text
     */
    public void append(String text) throws IOException {
        if (!lock.isValid()) {
            throw new IOException(path + " is closed");
        }
        byte[] line = line(text);
        RandomAccessFile open = file == null ? reopen() : file;
        if (open.length() != length) {
            open.setLength(length); // what a failed write or a crash has left
        }
        open.seek(length);
        open.write(line);
        open.getFD().sync();
        length += line.length;
        lines++;
    }

    /** Returns whether most lines are of no use any more, so that {@link #replace} pays. */
    public boolean isMostlyObsolete(long useful) {
        return lines > SPARE_LINES + 4 * useful;
    }

    /** Replaces all lines atomically. */
    public void replace(List<String> texts) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String text : texts) {
            content.writeBytes(line(text));
        }
        PrivateFiles.replace(path, content.toByteArray(), path.resolveSibling(path.getFileName() + ".tmp"));
        length = content.size();
        lines = texts.size();
        RandomAccessFile unused = reopen();
    }

    /** Closes the file and lets other processes open it. */
    @Override
    public void close() throws IOException {
        try (lockChannel) {
            if (file != null) {
                file.close();
            }
        }
    }
}

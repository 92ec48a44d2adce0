package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * The upload of a file to a session of Google's resumable protocol, in chunks. A chunk is sent again with another token
 * if the token expires meanwhile. After a server error the upload continues at the byte that the server reports. Not
 * thread-safe.
 */
final class ResumableUpload {

    /** The protocol requires a multiple of 256 KiB. */
    static final int CHUNK = 256 * 1024;

    private static final int MOST_INTERRUPTIONS = 3;
    private static final int INCOMPLETE = 308;

    private final Api api;
    private final TokenKey key;
    private final String session;
    private int interruptions;

    ResumableUpload(Api api, TokenKey key, String session) {
        this.api = api;
        this.key = key;
        this.session = session;
    }

    /** Uploads the file; returns the id of the video, if the server returned one. */
    Optional<String> send(Path file) throws IOException {
        try (SeekableByteChannel bytes = Files.newByteChannel(file)) {
            Api.Reply reply = step(bytes, 0);
            while (reply.status() == INCOMPLETE) {
                reply = step(bytes, position(reply));
            }
            return Json.find(reply.body(), "id");
        }
    }

    /** Sends the next chunk; if that is interrupted, asks for the position instead. */
    private Api.Reply step(SeekableByteChannel bytes, long position) throws IOException {
        try {
            return at(bytes, position, bytes.size());
        } catch (IOException e) {
            interruptions++;
            if (!isInterruption(e) || interruptions > MOST_INTERRUPTIONS) {
                throw e;
            }
            return put(RequestBody.create(new byte[0]), "bytes */" + bytes.size());
        }
    }

    private static boolean isInterruption(IOException e) {
        return e instanceof RefusedException refused ? refused.status() >= 500 : !(e instanceof TokenIOException);
    }

    private Api.Reply at(SeekableByteChannel bytes, long position, long total) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, total - position));
        bytes.position(position);
        while (chunk.hasRemaining() && bytes.read(chunk) >= 0) {
            // a channel may return fewer bytes than requested
        }
        String last = Long.toString(position + chunk.position() - 1);
        String range = total == 0 ? "bytes */0" : "bytes " + position + "-" + last + "/" + total;
        return put(RequestBody.create(chunk.array(), null, 0, chunk.position()), range);
    }

    private Api.Reply put(RequestBody body, String range) throws IOException {
        return api.send(
                key,
                new Request.Builder()
                        .url(session)
                        .header("Content-Range", range)
                        .put(body));
    }

    /** Returns the position after the last byte that the server has, for example 262144 for {@code bytes=0-262143}. */
    private static long position(Api.Reply incomplete) throws IOException {
        String range = incomplete.headers().get("Range");
        if (range == null) {
            return 0;
        }
        try {
            return Long.parseLong(range.substring(range.lastIndexOf('-') + 1)) + 1;
        } catch (NumberFormatException e) {
            throw new IOException("YouTube reported an unreadable range", e);
        }
    }
}

package dev.evertoken.googleauth;

import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.InputStreamContent;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares a rejected chunk of a resumable upload for its second attempt. Stateless.
 *
 * <p>The stream of such a chunk says that it can be sent again, but it has been read to its end. The second attempt
 * therefore sends nothing and asks for the bytes that the API has received, as {@code MediaHttpUploader} does after a
 * failure of the server. From that response the uploader continues.
 */
final class UploadChunk {

    private static final Pattern RANGE = Pattern.compile("bytes \\d+-\\d+/(\\d+|\\*)");

    private UploadChunk() {}

    /** Replaces the content of a chunk that is a stream; leaves any other request unchanged. */
    static void prepareAgain(HttpRequest request) {
        String range = request.getHeaders().getContentRange();
        if (range == null || !(request.getContent() instanceof InputStreamContent)) {
            return;
        }
        Matcher chunk = RANGE.matcher(range);
        if (chunk.matches()) {
            request.setContent(new EmptyContent());
            request.getHeaders().setContentRange("bytes */" + chunk.group(1));
        }
    }
}

package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;

/** A YouTube channel. A video is a file of the media folder, sent with a {@link ResumableUpload}. Thread-safe. */
final class YouTubeChannel implements Platform {

    private final Api api;
    private final URI base;
    private final Path media;

    /** @param media the folder of the videos */
    YouTubeChannel(Api api, URI base, Path media) {
        this.api = api;
        this.base = base;
        this.media = media;
    }

    @Override
    public String name() {
        return "youtube";
    }

    @Override
    public Optional<String> whyMediaIsRequired() {
        return Optional.of("media is missing: a YouTube post needs the name of a video in the media folder");
    }

    @Override
    public AppCredentials appCredentials() {
        return AppCredentials.none("Google has no app-level tokens for channels");
    }

    @Override
    public Optional<String> publish(Draft draft) throws IOException {
        Path video = file(draft.media().orElseThrow());
        Map<String, Object> description = Map.of(
                "snippet", Map.of("title", draft.content()),
                "status", Map.of("privacyStatus", "public"));
        Request.Builder begin = new Request.Builder()
                .url(base + "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status")
                .header("X-Upload-Content-Type", "video/*")
                .header("X-Upload-Content-Length", Long.toString(Files.size(video)))
                .post(Api.json(description));
        String session = Optional.ofNullable(
                        api.send(key(draft.user()), begin).headers().get("Location"))
                .orElseThrow(() -> new IOException("YouTube returned no address for the upload"));
        return new ResumableUpload(api, key(draft.user()), session).send(video);
    }

    /** Returns a file of the media folder; a name with a path is refused. */
    private Path file(String name) throws InvalidRequestException {
        boolean isName = name.matches("[\\w-][\\w.-]*");
        Path file = isName ? media.resolve(name) : media;
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException("media is not the name of a file in the media folder");
        }
        return file;
    }
}

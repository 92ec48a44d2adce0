package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.googleapis.media.MediaHttpUploader;
import com.google.api.client.http.InputStreamContent;
import com.google.api.services.youtube.YouTube;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtube.model.VideoSnippet;
import dev.evertoken.googleauth.GoogleApi.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Resumable uploads of the YouTube library in three chunks. */
class UploadsTest {

    private static final int CHUNK = MediaHttpUploader.MINIMUM_CHUNK_SIZE;

    private final GoogleFixture app = new GoogleFixture();
    private final byte[] film = new byte[2 * CHUNK + 1_000];

    UploadsTest() {
        new Random(7).nextBytes(film);
    }

    @AfterEach
    void close() {
        app.close();
    }

    private YouTube.Videos.Insert upload(long length) throws IOException {
        InputStreamContent content =
                new InputStreamContent("video/mp4", new ByteArrayInputStream(film)).setLength(length);
        YouTube.Videos.Insert insert = app.video()
                .videos()
                .insert(List.of("snippet"), new Video().setSnippet(new VideoSnippet().setTitle("film")), content);
        insert.getMediaHttpUploader().setChunkSize(CHUNK);
        return insert;
    }

    private int refreshes() {
        return app.youtube.ledger().tokenRequests("yara");
    }

    private List<String> ranges() {
        return app.videos.arrived().stream()
                .filter(one -> one.path().equals("/session"))
                .map(GoogleApi.Arrived::range)
                .toList();
    }

    @Test
    void aTokenThatEndsBetweenTwoChunksIsReplacedBeforeTheNextOne() throws IOException {
        app.videos.afterNextChunk(() -> app.clock.advance(Duration.ofHours(2)));

        Video video = upload(film.length).execute();

        assertThat(video.getId()).isEqualTo("uploaded");
        assertThat(app.videos.uploaded()).isEqualTo(film);
        assertThat(ranges()).hasSize(3);
        List<String> tokens = app.videos.tokens();
        assertThat(tokens.get(1)).isEqualTo(tokens.get(0));
        assertThat(tokens.get(2)).isNotEqualTo(tokens.get(1)).isEqualTo(tokens.get(3));
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void theUploadContinuesAfterATokenWasRejectedAtAChunk() throws IOException {
        app.videos.afterNextChunk(() -> app.youtube.expire("yara"));

        Video video = upload(film.length).execute();

        assertThat(video.getId()).isEqualTo("uploaded");
        assertThat(app.videos.uploaded()).isEqualTo(film);
        assertThat(ranges())
                .containsExactly(
                        "bytes 0-" + (CHUNK - 1) + "/" + film.length,
                        "bytes " + CHUNK + "-" + (2 * CHUNK - 1) + "/" + film.length,
                        "bytes */" + film.length,
                        "bytes " + CHUNK + "-" + (2 * CHUNK - 1) + "/" + film.length,
                        "bytes " + 2 * CHUNK + "-" + (film.length - 1) + "/" + film.length);
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void theFirstChunkMayBeRejectedToo() throws IOException {
        app.videos.respond(new Response(200, Map.of("Location", app.videos.root() + "session"), ""));
        app.youtube.expire("yara");

        upload(film.length).execute();

        assertThat(app.videos.uploaded()).isEqualTo(film);
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void aStreamOfUnknownLengthContinuesAsWell() throws IOException {
        app.videos.afterNextChunk(() -> app.youtube.expire("yara"));

        Video video = upload(-1).execute();

        assertThat(video.getId()).isEqualTo("uploaded");
        assertThat(app.videos.uploaded()).isEqualTo(film);
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void anUploadWhoseChunkIsRejectedWithEveryTokenEndsWithOneRefresh() {
        Response rejected = Response.of(401, GoogleApi.REJECTED);
        app.videos.respond(
                new Response(200, Map.of("Location", app.videos.root() + "session"), ""), rejected, rejected);

        assertThatThrownBy(() -> upload(film.length).execute()).isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.videos.arrived()).hasSize(3);
        assertThat(refreshes()).isEqualTo(1);
    }
}

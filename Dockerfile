# The shipped image: one binary, its manual pages and completions, and the libraries it loads. `make image-root` tries the second stage without a container
# engine, with the package list that stands here.
FROM swift:6.2-bookworm AS build
WORKDIR /src
COPY .ci/setup .ci/setup
RUN .ci/setup build
COPY . .
RUN make release && strip -o /swiftlet "$(swift build -c release --static-swift-stdlib --show-bin-path)/swiftlet" \
    && .ci/install /swiftlet /installed

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates \
        libcurl4 \
        libmicrohttpd12 \
        libyaml-0-2 \
        tzdata \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /usr/local
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/swiftlet"]
CMD ["run"]

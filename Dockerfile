# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# With .git, so that the build records its version.
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/escalat ./cmd/escalat \
 && mkdir /out/data /out/tmp \
 && chmod 1777 /out/tmp

# With Apertium inside, which translates without a text leaving this machine:
#   docker build --target apertium -t escalat:apertium .
FROM debian:bookworm-slim AS apertium
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      apertium apertium-spa-cat apertium-lex-tools cg3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/escalat /usr/local/bin/escalat
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# The SQLite file, escalat.db by default, stands in the volume.
WORKDIR /data
VOLUME /data
# All interfaces of the container; publish the port to this machine only.
ENV ESCALAT_HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/escalat", "health"]
ENTRYPOINT ["/usr/local/bin/escalat"]
CMD ["run"]

# The default: nothing but the program and the certificates; the time zones are in the
# program.
FROM scratch AS plain
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/escalat /usr/local/bin/escalat
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/tmp /tmp
USER 65532:65532
# The SQLite file, escalat.db by default, stands in the volume.
WORKDIR /data
VOLUME /data
# All interfaces of the container; publish the port to this machine only.
ENV ESCALAT_HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/escalat", "health"]
ENTRYPOINT ["/usr/local/bin/escalat"]
CMD ["run"]

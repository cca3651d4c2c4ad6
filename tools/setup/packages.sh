# What Debian 12 packages are needed, and how to get them. Sourced by tools/run and tools/test.

build_packages=(
  g++ cmake ninja-build            # to build
  nlohmann-json3-dev libcli11-dev libtoml11-dev  # header-only: reports, command line, settings
  libpng-dev libtiff-dev libjpeg62-turbo-dev zlib1g-dev  # pictures in and out
  libcfitsio-dev                   # nightstack-unpack: compressed FITS; and an oracle for the tests
  libtbb-dev libhwy-dev libeigen3-dev  # threads, vector code, small fits
  libssl-dev                       # SHA-256
  libzstd-dev pkg-config           # .nst files (BSD)
  liberfa-dev                      # where Moon and planets stand (BSD-3-Clause)
  libboost-dev                     # Beast and Asio, headers only: WebSocket and HTTP
  libssh-dev pkg-config            # SFTP; LGPL, linked dynamically
  libcurl4-openssl-dev             # FTP and HTTP; MIT-like
)

# To build the tests and the benchmarks; never linked to the product.
bench_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev
  libsep-dev                       # detects the same as ours, and as fast?
)

# Oracles and judges for the tests.
test_packages=(
  "${bench_packages[@]}"
  siril                            # the demosaic oracle
  astrometry.net astrometry-data-tycho2-10-19  # the plate solver, with the indexes of wide fields (25 MB)
  python3-numpy python3-scipy python3-astropy python3-opencv python3-sep  # tests/support/judge
  openssh-client curl ffmpeg       # clients of the twin's servers that are not ours
  nodejs python3-websockets        # clients of the scope that are not ours, against the twin
  openssh-server openssh-client dropbear-bin   # SSH servers that are not ours, and a client to be as fast as
  openssh-sftp-server              # behind Dropbear
  vsftpd nginx-light               # FTP and HTTP servers that are not ours, as scopes run them
  util-linux mount iproute2        # networks and disks of a test's own: links that are cut, disks that are full
)

# What tools/bench measures against, and what it judges the results with. Installed by tools/bench alone.
peer_packages=(
  siril time                       # the same night through another stacker
  libopencv-imgproc-dev            # cv::warpAffine beside our warp
  libopencv-imgcodecs-dev          # cv::imdecode beside our films
  openssh-server openssh-client    # a file over SFTP, by ours and by theirs
  libturbojpeg0-dev                # TurboJPEG beside our decoder
  libopencv-stitching-dev libopencv-features2d-dev libopencv-imgcodecs-dev  # the Stitcher beside our panoramas
  hugin-tools enblend              # hugin's command line, likewise
  python3-numpy python3-scipy python3-astropy python3-opencv python3-sep  # tests/support/judge
)

# missing_packages PACKAGE...: those that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# install_missing PACKAGE...: as root installs, with sudo asks, otherwise prints the line and stops.
install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return 0
  local line="apt-get install -y --no-install-recommends ${missing[*]}"
  local installer="${BASH_SOURCE[0]%/*}/install_packages"
  if [ "$(id -u)" = 0 ]; then
    echo "installing: ${missing[*]}" >&2
    "$installer" "${missing[@]}" >&2 || { echo "could not install: ${missing[*]}" >&2; exit 1; }
  elif command -v sudo >/dev/null && [ -t 0 ]; then
    echo "nightstack needs these Debian packages: ${missing[*]}" >&2
    sudo "$installer" "${missing[@]}" >&2 || { echo "could not install; run: sudo $line" >&2; exit 2; }
  else
    echo "nightstack needs some Debian packages. Run this, then start again:" >&2
    echo "  sudo $line" >&2
    exit 2
  fi
}

# build PRESET [TARGET...]: configures when needed, with $configure_options, and builds; quiet unless something is to be done.
configure_options=()
build() {
  local preset=$1 folder="build/$1"
  shift
  if [ ! -f "$folder/build.ninja" ]; then
    echo "configuring $folder" >&2
    cmake --preset "$preset" "${configure_options[@]}" >"/dev/null" || exit 1
  fi
  local log="$folder/build.log"
  if ! ninja -C "$folder" -n "$@" 2>/dev/null | grep -q "no work to do"; then
    echo "building $folder (a few minutes the first time)" >&2
    cmake --build "$folder" -- "$@" >"$log" 2>&1 || { tail -n 60 "$log" >&2; echo "the build failed; the whole log: $log" >&2; exit 1; }
  fi
}

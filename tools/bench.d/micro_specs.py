# SPDX-License-Identifier: MIT
"""Which benchmark programs there are, which ratios are formed from their rows, which gates they meet.

Gates start 20 to 30 % under the best that was measured, so that a noisy machine does not miss them."""
import dataclasses

from gates import Gate
from ratios import RatioSpec

LEVELS = ('sse2', 'avx2', 'avx512')
RULES = ('mean', 'median', 'reject_sigma', 'reject_winsorized', 'reject_winsorized_noise_known', 'reject_mad',
         'reject_median', 'reject_linear', 'reject_gesdt', 'reject_percentile')


@dataclasses.dataclass(frozen=True)
class Program:
    part: str     # what FILTER matches
    binary: str   # below benchmarks/ in the build folder
    about: str
    ratios: tuple
    gates: tuple = ()


def fits():
    row = 'fits_read/{}/{}/3840x2160'.format
    ratios = [RatioSpec(f'fits_read {to} vs cfitsio', row('cfitsio', to), row('ours', to)) for to in ('float', 'u16')]
    ratios += [RatioSpec(f'fits_read {to} in copies', row('ours', to), 'copy/u16/3840x2160', unit='copies')
               for to in ('float', 'u16')]
    ratios.append(RatioSpec('fits_write u16 in copies', 'fits_write/ours/u16/3840x2160', 'copy/u16/3840x2160',
                            unit='copies'))
    return Program('fits', 'io/fits/io_fits_bench', 'reading and writing FITS against cfitsio', tuple(ratios),
                   (Gate('fits_read float vs cfitsio', '>=', 2.5),))


def mjpeg():
    row = 'mjpeg_split/{}/680000'.format
    ratios = [RatioSpec(f'mjpeg_split {what} vs {peer}', row(peer), row(what))
              for what, peer in (('lengths', 'memcpy'), ('no_lengths', 'memchr'), ('no_boundaries', 'memchr'))]
    return Program('mjpeg', 'io/mjpeg/mjpeg_bench', 'splitting a multipart stream', tuple(ratios),
                   (Gate('mjpeg_split lengths vs memcpy', '>=', 0.7), Gate('mjpeg_split no_lengths vs memchr', '>=', 0.5)))


def decode():
    row = 'decode/{}/{}/{}/1920x1080'.format
    ratios = [RatioSpec(f'decode {to} {scene} vs TurboJPEG', row('turbo', to, scene), row('ours', to, scene))
              for to in ('planes', 'rgb') for scene in ('night', 'day')]
    return Program('decode', 'pipeline/decode/decode_bench', 'JPEG against bare TurboJPEG', tuple(ratios),
                   tuple(Gate(f'decode planes {scene} vs TurboJPEG', '>=', 0.9) for scene in ('night', 'day')))


def calibrate():
    steps = ['calibrate/dark', 'calibrate/dark+flat', 'cosmetic/repair5000', 'cosmetic/missing', 'cosmetic/impulse',
             'cosmetic/noise', 'cosmetic/find_defects']
    ratios = [RatioSpec(f'{step} in copies', f'{step}/3840x2160', 'copy/f32/3840x2160', 'copies') for step in steps]
    master = 'master/winsorized20/{}/3840x270'.format
    ratios += [RatioSpec(f'master of 20 {level} vs sse2', master('sse2'), master(level)) for level in LEVELS[1:]]
    return Program('calibrate', 'pipeline/calibrate/calibrate_bench', 'dark, flat, hot pixels, masters', tuple(ratios))


def demosaic():
    ratios = [RatioSpec(f'demosaic {kind} {level} {how} in copies', f'demosaic/{kind}/{level}/{how}/3840x2160',
                        'copy/f32/3840x2160', 'copies')
              for kind in ('superpixel', 'bilinear', 'linear', 'rcd') for level in LEVELS for how in ('whole', 'tiles256')]
    return Program('demosaic', 'pipeline/demosaic/demosaic_bench', 'colours from the mosaic', tuple(ratios))


def integrate():
    ratios = [RatioSpec(f'{rule} {n} frames {level} vs scalar', f'{rule}/{n}frames/twin', f'{rule}/{n}frames/{level}')
              for rule in RULES for n in (20, 60, 200) for level in LEVELS]
    gates = [Gate(f'reject_winsorized {n} frames {level} vs scalar', '>=', bound)
             for level, bound in (('avx2', 5), ('avx512', 8)) for n in (20, 60, 200)]
    return Program('integrate', 'pipeline/integrate/integrate_bench', 'outlier rejection against its plain twin',
                   tuple(ratios), tuple(gates))


def registration():
    return Program('registration', 'pipeline/registration/registration_benchmark', 'matching star lists', ())


def scene():
    row = 'scene/{}/{}/{}/1920x1080'.format
    peer = 'scene/phase/opencv/landscape/1920x1080'
    ratios = [RatioSpec(f'scene {how} {what} {level} vs phaseCorrelate', peer, row(how, level, what))
              for how in ('near', 'blind') for what in ('landscape', 'turned', 'moon', 'planet') for level in LEVELS]
    ratios += [RatioSpec(f'sharpness {level} vs phaseCorrelate', peer, f'scene/sharpness/{level}/1920x1080')
               for level in LEVELS]
    return Program('scene', 'pipeline/scene/scene_bench', "alignment without stars against OpenCV's phase correlation",
                   tuple(ratios),
                   tuple(Gate(f'scene {how} landscape avx2 vs phaseCorrelate', '>=', 15) for how in ('near', 'blind')))


def stars():
    row = 'stars/{}/3840x2160'.format
    ratios = [RatioSpec('stars vs SEP', row('sep'), row('find'))]
    ratios += [RatioSpec(f'stars {what} in copies', row(what), 'copy/f32/3840x2160', unit='copies')
               for what in ('find', 'luminance', 'mesh', 'plane_sky')]
    return Program('stars', 'pipeline/stars/stars_benchmark', 'finding stars against SEP', tuple(ratios),
                   (Gate('stars vs SEP', '>=', 10),))


def warp():
    turns = {'0.05': '0.050', '1': '1.000', '10': '10.00', '45': '45.00'}
    row = 'warp/{}/{}/{}deg/3x3840x2160'.format
    ratios = [RatioSpec(f'warp {kind} {level} {turn} deg vs OpenCV', row(kind, 'opencv', text), row(kind, level, text))
              for kind in ('bilinear', 'lanczos') for level in LEVELS for turn, text in turns.items()]
    ratios += [RatioSpec(f'warp {kind} {level} 1 deg in copies', row(kind, level, '1.000'), 'copy/3x3840x2160',
                         unit='copies')
               for kind in ('lanczos', 'cubic', 'bilinear', 'nearest') for level in LEVELS]
    bounds = [('bilinear', 'avx2', turn, 2) for turn in ('0.05', '1', '10')]
    bounds += [('bilinear', 'avx512', turn, 3.5) for turn in ('0.05', '1', '10')]
    bounds += [('lanczos', level, turn, 3) for level in ('avx2', 'avx512') for turn in ('0.05', '1', '10')]
    return Program('warp', 'pipeline/warp/warp_bench', 'resampling against OpenCV', tuple(ratios),
                   tuple(Gate(f'warp {kind} {level} {turn} deg vs OpenCV', '>=', bound)
                         for kind, level, turn, bound in bounds))


def graph():
    names = {'first_pass': 'measuring', 'whole_run/superpixel': 'run superpixel',
             'whole_run/linear': 'run linear', 'whole_run/rcd': 'run rcd'}
    return Program('graph', 'pipeline/graph/graph_benchmark', 'a small night from memory, one thread and two',
                   tuple(RatioSpec(f'{name}, 2 threads vs 1', f'{row}/1/real_time', f'{row}/2/real_time')
                         for row, name in names.items()))


def video():
    row = 'video/{}/{}/{}/1920x1080/real_time'.format
    cases = [(scene, threads) for scene in ('night', 'day') for threads in (1, 2)]
    ratios = [RatioSpec(f'video {scene}, {threads} threads vs OpenCV', row('opencv', scene, threads),
                        row('ours', scene, threads)) for scene, threads in cases]
    ratios += [RatioSpec(f'video day, places given, {threads} threads vs OpenCV', row('opencv', 'day', threads),
                         row('ours', 'day_given', threads)) for threads in (1, 2)]
    return Program('video', 'pipeline/video/video_bench', 'a film decoded, aligned, stacked against OpenCV without rejection',
                   tuple(ratios), tuple(Gate(f'video {scene}, {threads} threads vs OpenCV', '>=', 1.5)
                                        for scene, threads in cases if scene == 'night'))


def sftp():
    row = 'sftp/{}/{}/{}/manual_time'.format  # client, server, cipher
    ciphers = ('default', 'aes128-gcm', 'chacha20-poly1305', 'aes256-ctr')
    clients = [RatioSpec(f'sftp {cipher} vs OpenSSH', row('openssh', 'openssh', cipher), row('ours', 'openssh', cipher))
               for cipher in ciphers]
    servers = [RatioSpec(f"the twin's server {cipher} vs OpenSSH's", row('openssh', 'openssh', cipher),
                         row('openssh', 'twin', cipher)) for cipher in ciphers]
    return Program('sftp', 'io/sftp/io_sftp_bench',
                   "a file by our client and OpenSSH's sftp, from OpenSSH's server and the twin's",
                   tuple(clients + servers),
                   (Gate('sftp default vs OpenSSH', '>=', 1.0),))


def live_frame():
    row = 'live_frame/{}/{}/manual_time'.format
    ratios = [RatioSpec(f'live frame {kind} {level} in copies', row(kind, level), 'copy/u16/3840x2160', unit='copies')
              for kind in ('superpixel/bilinear', 'superpixel/lanczos', 'linear/bilinear', 'linear/lanczos')
              for level in LEVELS[1:]]
    return Program('live_frame', 'pipeline/graph/live_frame_bench', 'a frame from its file to the live stack',
                   tuple(ratios))


def live_night():
    row = 'live_night/{}/manual_time'.format
    threads, tbb = 'live night, 2 threads vs 1', 'live night by CPU, TBB vs plain threads'
    return Program('live_night', 'night/live_night_bench', 'a whole live night, from files to the stack',
                   (RatioSpec(threads, row('tbb/1/wall'), row('tbb/2/wall')),
                    RatioSpec(tbb, row('plain/cpu'), row('tbb/1/cpu'))),
                   (Gate(threads, '>=', 1.6, quiet_only=True), Gate(tbb, '>=', 0.99, quiet_only=True)))


PROGRAMS = (fits(), mjpeg(), decode(), calibrate(), demosaic(), integrate(), registration(), scene(), stars(), warp(),
            graph(), live_frame(), live_night(), video(), sftp())


def rows_that_matter(program):
    """The rows its gates need, in the program's own spelling; where it has none, those of its ratios."""
    gated = {gate.ratio for gate in program.gates}
    specs = [spec for spec in program.ratios if spec.name in gated] or program.ratios
    return sorted({row for spec in specs for row in (spec.over, spec.under)})
